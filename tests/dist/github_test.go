package dist

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"

	"github.com/featherweight/tests/harness"
)

// actionFile is what people use in their workflows.
const actionFile = "deploy/github-action/action.yml"

// action is the part of GitHub's format that the file uses; what is not named here is a mistake.
type action struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Inputs      map[string]struct {
		Description string `yaml:"description"`
		Default     string `yaml:"default"`
	} `yaml:"inputs"`
	Outputs map[string]struct {
		Description string `yaml:"description"`
		Value       string `yaml:"value"`
	} `yaml:"outputs"`
	Runs struct {
		Using string `yaml:"using"`
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
}

type step struct {
	ID    string            `yaml:"id"`
	If    string            `yaml:"if"`
	Shell string            `yaml:"shell"`
	Env   map[string]string `yaml:"env"`
	Run   string            `yaml:"run"`
	Uses  string            `yaml:"uses"`
	With  map[string]string `yaml:"with"`
}

// performed is what came of an action, as the job sees it.
type performed struct {
	code            int
	said, summary   string
	values          map[string]string // of the contexts: inputs.x, steps.x.outputs.y, github.action_ref
	results, upload string            // folders: where the results are, and what was uploaded
}

// expression is one of GitHub's: names and texts, the first that is not empty.
var expression = regexp.MustCompile(`\$\{\{ *([^}]*?) *\}\}`)

func (p *performed) told(text string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		for _, name := range strings.Split(expression.FindStringSubmatch(found)[1], " || ") {
			if value := p.values[strings.TrimSpace(name)]; value != "" {
				return value
			}
		}
		return ""
	})
}

// holds says whether a step runs; the conditions are those that the file has.
func (p *performed) holds(t *testing.T, condition string) bool {
	t.Helper()
	switch condition {
	case "":
		return p.code == 0
	case "inputs.suite == ''":
		return p.code == 0 && p.values["inputs.suite"] == ""
	case "always() && inputs.artifact != ''":
		return p.values["inputs.artifact"] != ""
	}
	t.Fatalf("the test knows no condition %q", condition)
	return false
}

// perform does what GitHub's runner does with a composite action: each step in a shell of its own, which stops at the first error.
func perform(t *testing.T, inputs, env map[string]string) *performed {
	t.Helper()
	var a action
	strictly(t, actionFile, &a)
	work := filepath.Join(t.TempDir(), "a workspace")
	temp := filepath.Join(work, "temp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	p := &performed{values: map[string]string{"github.action_ref": inputs["github.action_ref"]}}
	for name, input := range a.Inputs {
		p.values["inputs."+name] = input.Default
		if value, set := inputs[name]; set {
			p.values["inputs."+name] = value
		}
	}
	summary := filepath.Join(temp, "summary.md")
	for _, one := range a.Runs.Steps {
		if !p.holds(t, one.If) {
			continue
		}
		if one.Uses != "" {
			p.upload = filepath.Join(work, p.told(one.With["path"]))
			continue
		}
		script, output := filepath.Join(temp, one.ID+".sh"), filepath.Join(temp, one.ID+".output")
		if err := os.WriteFile(script, []byte(p.told(one.Run)), 0o600); err != nil {
			t.Fatal(err)
		}
		given := harness.With(env, "GITHUB_OUTPUT", output, "GITHUB_STEP_SUMMARY", summary, "RUNNER_TEMP", temp, "CI", "true",
			"RUNNER_OS", map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS], "RUNNER_ARCH", map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH])
		for name, value := range one.Env {
			given[name] = p.told(value)
		}
		said, code := call(t, work, given, "bash", "--noprofile", "--norc", "-eo", "pipefail", script)
		p.said, p.code = p.said+said, code
		if text, err := os.ReadFile(output); err == nil {
			for line := range strings.Lines(string(text)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				p.values["steps."+one.ID+".outputs."+name] = value
			}
		}
		if code != 0 && one.ID == "release" {
			break
		}
	}
	for name, output := range a.Outputs {
		p.values["outputs."+name] = p.told(output.Value)
	}
	if text, err := os.ReadFile(summary); err == nil {
		p.summary = string(text)
	}
	p.results = filepath.Join(work, p.values["inputs.results"])
	return p
}

// releases serves what make dist made as a release, in which a file may be another one.
func releases(t *testing.T, other map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, of := strings.CutPrefix(r.URL.Path, "/"+made.version+"/")
		if text, is := other[name]; of && is {
			_, _ = w.Write([]byte(text))
			return
		}
		if !of {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, filepath.Join(made.dir, filepath.Base(name)))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestTheActionOfARelease(t *testing.T) {
	t.Parallel()
	p := perform(t, map[string]string{"github.action_ref": made.version, "releases": releases(t, nil)}, verdicts()[0].env(t))
	if p.code != 0 || p.values["outputs.verdict"] != "PASS" || p.values["outputs.exit-code"] != "0" {
		t.Fatalf("exit code %d, outputs %v\n%s", p.code, p.values, p.said)
	}
	if p.summary != string(read(t, filepath.Join(p.results, "report.md"))) || !strings.HasPrefix(p.summary, "# PASS: ") {
		t.Errorf("the summary of the job is not report.md: %.200q", p.summary)
	}
	if p.upload != p.results {
		t.Errorf("%s is uploaded, and the results are in %s", p.upload, p.results)
	}
	if strings.Contains(p.said, "::error") {
		t.Errorf("a test that passed is marked as an error\n%s", p.said)
	}
}

func TestTheActionUnpacksNothingThatItsChecksumsDoNotName(t *testing.T) {
	t.Parallel()
	for why, row := range map[string]struct {
		version string
		other   map[string]string
		want    string
	}{
		"another archive":    {made.version, map[string]string{made.name + ".tar.gz": "not what was released"}, "is not what SHA256SUMS says: it was not unpacked"},
		"no checksums":       {made.version, map[string]string{"SHA256SUMS": ""}, "is not what SHA256SUMS says: it was not unpacked"},
		"no such release":    {"v99.0.0", nil, "/v99.0.0/" + strings.Replace(made.name, made.version, "v99.0.0", 1) + ".tar.gz could not be downloaded"},
		"called by a commit": {"bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", nil, `no release is called "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f": say which with version: v0.1.0`},
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			p := perform(t, map[string]string{"github.action_ref": row.version, "releases": releases(t, row.other)}, nil)
			if p.code != 1 || !strings.Contains(p.said, "::error title=Featherweight SLO::") || !strings.Contains(p.said, row.want) {
				t.Errorf("exit code %d\n%s", p.code, p.said)
			}
			if suites, _ := filepath.Glob(filepath.Join(filepath.Dir(p.results), "temp", "featherweight-slo-*", "bin")); len(suites) > 0 {
				t.Errorf("%v was unpacked", suites)
			}
		})
	}
}

func TestTheActionTakesOverWhatIsNotGreen(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts()[1:] {
		t.Run("verdict "+row.verdict, func(t *testing.T) {
			t.Parallel()
			p := perform(t, map[string]string{"suite": made.suite, "artifact": "", "command": "run-websocket --skip-health"}, row.env(t))
			if p.code != row.code || p.values["outputs.verdict"] != row.verdict {
				t.Fatalf("exit code %d, verdict %q, and not %d, %q\n%s", p.code, p.values["outputs.verdict"], row.code, row.verdict, p.said)
			}
			marked := "::error title=Featherweight SLO::" + row.verdict + ": "
			if row.verdict == "" {
				marked = "::error title=Featherweight SLO::no result, exit code 104"
			}
			if !strings.Contains(p.said, marked) || p.summary == "" {
				t.Errorf("the job does not say why: summary %q\n%s", p.summary, p.said)
			}
			if p.upload != "" {
				t.Errorf("%s was uploaded, and nothing was to be", p.upload)
			}
		})
	}
}

func TestTheActionTellsWhatIsDown(t *testing.T) {
	t.Parallel()
	env := harness.With(verdicts()[0].env(t), "BASE_URL", "http://127.0.0.1:1")
	p := perform(t, map[string]string{"suite": made.suite, "artifact": "", "command": "run-websocket"}, env)
	if p.code != 99 || p.values["outputs.verdict"] != "DOWN" || !strings.HasPrefix(p.summary, "# DOWN: ") {
		t.Fatalf("exit code %d, verdict %q, summary %q\n%s", p.code, p.values["outputs.verdict"], p.summary, p.said)
	}
	if !regexp.MustCompile(`(?m)^::error title=Featherweight SLO::DOWN: .*http://127\.0\.0\.1:1/.*connection refused`).MatchString(p.said) {
		t.Errorf("the job does not say what is down\n%s", p.said)
	}
}

func TestTheWorkflowsAreThoseOfGitHub(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(harness.Root(), ".github", "workflows", "*.yml"))
	if err != nil || len(files) != 2 {
		t.Fatalf("workflows: %v, %v", files, err)
	}
	var said bytes.Buffer
	linter, err := actionlint.NewLinter(&said, &actionlint.LinterOptions{Shellcheck: "shellcheck", WorkingDir: harness.Root(), Color: actionlint.ColorOptionKindNever})
	if err != nil {
		t.Fatal(err)
	}
	project, err := actionlint.NewProject(harness.Root()) // it also reads the action that release.yml calls
	if err != nil {
		t.Fatal(err)
	}
	if found, err := linter.LintFiles(files, project); err != nil || len(found) > 0 {
		t.Errorf("%v\n%s", err, said.String())
	}
}

func TestEveryActionIsPinnedByItsCommit(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(harness.Root(), ".github", "workflows", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	uses := regexp.MustCompile(`(?m)^\s*(?:- )?uses: (\S+)(.*)$`)
	pinned := regexp.MustCompile(`^[\w/-]+@[0-9a-f]{40}$`)
	found := 0
	for _, file := range append(files, filepath.Join(harness.Root(), actionFile)) {
		for _, one := range uses.FindAllStringSubmatch(string(read(t, file)), -1) {
			if found++; one[1] != "./deploy/github-action" && (!pinned.MatchString(one[1]) || !strings.HasPrefix(one[2], " # v")) {
				t.Errorf("%s uses %s%s: a tag can be moved, and nobody can read a commit without its version behind it", filepath.Base(file), one[1], one[2])
			}
		}
	}
	if found == 0 {
		t.Error("there is none")
	}
}

func TestTheShellOfTheActionIsClean(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("shellcheck"); err != nil {
		harness.LeaveOut(t, "dist", "apt-get install shellcheck")
	}
	var a action
	strictly(t, actionFile, &a)
	checked := 0
	for _, one := range a.Runs.Steps {
		if one.Run == "" {
			continue
		}
		checked++
		cmd := exec.CommandContext(t.Context(), "shellcheck", "--shell=bash", "--norc", "-")
		cmd.Stdin = strings.NewReader("set -eo pipefail # as the runner has it\n" + one.Run)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("step %s: %v\n%s", one.ID, err, said)
		}
	}
	if checked != 2 {
		t.Errorf("%d steps have shell", checked)
	}
}
