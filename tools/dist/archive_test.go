package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func some() []file {
	return []file{{"bin/k6", []byte("program"), true}, {"docs/a.md", []byte("text"), false}}
}

func TestTheSameFilesGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_700_000_001, 0).UTC()
	for end, write := range map[string]func(*os.File) error{"tar.gz": tarred(some(), "x", at), "zip": zipped(some(), "x", at)} {
		var texts [2][]byte
		for i := range texts {
			name := filepath.Join(t.TempDir(), "x."+end)
			if err := writeFile(name, write); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(name, time.Time{}, time.Now().Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
			texts[i], _ = os.ReadFile(name)
		}
		if len(texts[0]) == 0 || !bytes.Equal(texts[0], texts[1]) {
			t.Errorf("%s: %d and %d bytes that differ", end, len(texts[0]), len(texts[1]))
		}
	}
}

func TestTheZipHasProgramsAndTheTimeOfTheCommit(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_700_000_001, 0).UTC()
	name := filepath.Join(t.TempDir(), "x.zip")
	if err := writeFile(name, zipped(some(), "x", at)); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	for i, want := range some() {
		got := archive.File[i]
		if got.Name != "x/"+want.name || got.Mode() != want.mode() || !got.Modified.Equal(at) || got.UncompressedSize64 != uint64(len(want.text)) {
			t.Errorf("%+v, and not %s of %s", got.FileHeader, want.name, at)
		}
	}
}

func TestWhatAnEarlierTimeLeftGoesAndNothingElse(t *testing.T) {
	t.Parallel()
	ready, out := t.TempDir(), t.TempDir()
	put(t, out, product+"-v1-linux-amd64.tar.gz", "old")
	put(t, out, sumsFile, "old")
	put(t, out, "mine", "of somebody")
	put(t, ready, product+"-v2-linux-amd64.tar.gz", "new")
	if err := writeSums(ready); err != nil {
		t.Fatal(err)
	}
	if err := publish(ready, out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, product+"-v1-linux-amd64.tar.gz")); !os.IsNotExist(err) {
		t.Errorf("the old archive is still there: %v", err)
	}
	for name, want := range map[string]string{
		"mine": "of somebody", product + "-v2-linux-amd64.tar.gz": "new",
		sumsFile: "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437  " + product + "-v2-linux-amd64.tar.gz\n",
	} {
		if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, not %q (%v)", name, got, want, err)
		}
	}
}
