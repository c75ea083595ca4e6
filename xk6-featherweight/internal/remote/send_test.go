package remote

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func suite(t *testing.T, text string) Suite {
	t.Helper()
	s := Suite{Root: t.TempDir(), Parts: []string{"door.sh", "scripts"}, Binary: filepath.Join(t.TempDir(), "k6")}
	for name, mode := range map[string]os.FileMode{"door.sh": 0o755, "scripts/a.js": 0o644, "scripts/lib/b b ü.js": 0o644, "scripts/node_modules/x.js": 0o644} {
		full := filepath.Join(s.Root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(text), mode))
	}
	require.NoError(t, os.WriteFile(s.Binary, []byte("binary: "+text), 0o755))
	return s
}

// files are those below the suite there, with what they hold.
func (o *other) files() map[string]string {
	all := map[string]string{}
	require.NoError(o.t, filepath.WalkDir(o.path("."), func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		below, _ := filepath.Rel(o.path("."), name)
		all[below] = string(text)
		return err
	}))
	return all
}

func sent(text string) map[string]string {
	return map[string]string{"door.sh": text, "scripts/a.js": text, "scripts/lib/b b ü.js": text, "bin/k6": "binary: " + text}
}

func TestTheSuiteIsSentAndItsBinaryOnlyWhenItIsAnother(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	require.NoError(t, os.RemoveAll(o.path(".")))
	require.NoError(t, os.MkdirAll(o.home, 0o755))
	s := suite(t, "first")
	told := 0
	require.NoError(t, o.Send(t.Context(), s, func() { told++ }))
	assert.Equal(t, sent("first"), o.files())
	for _, name := range []string{"door.sh", "bin/k6"} {
		info, err := os.Stat(o.path(name))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o755), info.Mode().Perm()|0o055, name)
	}
	before, err := os.Stat(o.path("bin/k6"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.Root, "door.sh"), []byte("second"), 0o755))
	require.NoError(t, o.Send(t.Context(), s, func() { told++ }))
	want := sent("first")
	want["door.sh"] = "second"
	assert.Equal(t, want, o.files())
	after, err := os.Stat(o.path("bin/k6"))
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
	assert.Equal(t, 2, told)
}

func TestHalfASuiteIsNeverInPlace(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	require.NoError(t, os.Remove(o.path("bin/k6")))
	require.NoError(t, o.Send(t.Context(), suite(t, "first"), func() {}))
	folder := int64(len(o.dir()) + 1)
	second := noise(1000) // so that it cannot be compressed
	s := suite(t, second)
	var pack bytes.Buffer
	require.NoError(t, s.pack(&pack))
	size := int64(pack.Len())
	for _, take := range []int64{0, 1, size / 2, size - 100} {
		o.next(mishap{After: -1}, mishap{After: -1, Take: folder + take, Code: 255, Say: "Connection reset by peer\n"})
		f := (*CallError)(nil)
		require.ErrorAs(t, o.Send(t.Context(), s, func() {}), &f)
		assert.True(t, f.Again)
		assert.Equal(t, sent("first"), o.files(), "cut at %d: nothing is replaced, nothing is left over", take)
	}
	require.NoError(t, o.Send(t.Context(), s, func() {}))
	assert.Equal(t, "binary: "+second, o.files()["bin/k6"])
}

func noise(size int) string {
	text := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(text)
	return string(text)
}

func TestAnotherKindOfMachineIsOneLine(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	tools := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(tools, "uname"), []byte("#!/bin/sh\necho Plan9 mips\n"), 0o755))
	o.Env = append(o.Env, "PATH="+tools+":"+os.Getenv("PATH"))
	err := o.Send(t.Context(), suite(t, "x"), func() { t.Error("nothing is sent") })
	require.EqualError(t, err, "far is Plan9 mips, and bin/k6 is for "+runtime.GOOS+"/"+runtime.GOARCH+": build the suite there, or run from a machine like it")
}

func TestAMissingPartIsSaid(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	s := suite(t, "x")
	s.Parts = append(s.Parts, "nothing.sh")
	err := o.Send(t.Context(), s, func() {})
	require.ErrorContains(t, err, "nothing.sh: no such file or directory: git checkout nothing.sh")
}

func TestMachinesByTheirName(t *testing.T) {
	t.Parallel()
	for uname, want := range map[string]string{
		"Linux x86_64": "linux/amd64", "Linux aarch64\n": "linux/arm64", "Darwin arm64": "darwin/arm64", "Darwin x86_64": "darwin/amd64",
		"Linux armv7l": "linux/arm", "Linux i686": "linux/386", "FreeBSD amd64": "freebsd/amd64", "Linux riscv64": "linux/riscv64", "Linux s390x": "linux/s390x",
		"Linux ppc64le": "linux/ppc64le", "Plan9 mips": "plan9/mips", "": "/",
	} {
		assert.Equal(t, want, platform(uname), uname)
	}
}

func TestTheChecksumIsThatOfCksum(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 255, 256, 70_000} {
		name := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(name, []byte(strings.Repeat("aä7\x00", size)[:size]), 0o600))
		got, err := checksum(name)
		require.NoError(t, err)
		want, err := exec.Command("cksum", name).Output()
		require.NoError(t, err)
		assert.Equal(t, strings.TrimSuffix(string(want), " "+name+"\n"), got, strconv.Itoa(size))
	}
}
