package licences_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/featherweight/dist/licences"
)

const isc = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the
above copyright notice and this permission notice appear in all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY
SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION
OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`

func TestAModuleGivesItsLicenceAndItsNotices(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{"LICENSE.md": isc, "NOTICE": "made by somebody", "README.md": isc} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := licences.Of("example.com/a", folder)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found.IDs, []string{"ISC"}) || len(found.Texts) != 2 || found.Texts["NOTICE"] != "made by somebody" || found.Texts["LICENSE.md"] != isc {
		t.Errorf("%+v", found)
	}
}

func TestAModuleOfWhichNobodyKnowsTheLicenceIsAnError(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "LICENSE"), []byte("Do as I say."), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{folder, t.TempDir(), filepath.Join(folder, "gone")} {
		if found, err := licences.Of("example.com/a", folder); err == nil {
			t.Errorf("%s is under %v", folder, found.IDs)
		}
	}
}

func TestTheFolderIsThatOfGosModuleCache(t *testing.T) {
	t.Parallel()
	got, err := licences.Folder("/cache", "github.com/Azure/go-ntlmssp", "v0.1.1-RC1")
	if want := filepath.FromSlash("/cache/github.com/!azure/go-ntlmssp@v0.1.1-!r!c1"); err != nil || got != want {
		t.Errorf("%s, not %s (%v)", got, want, err)
	}
}
