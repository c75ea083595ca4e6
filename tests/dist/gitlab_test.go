package dist

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/featherweight/tests/harness"
)

// gitlabFile is what people include, and gitlabJob the job in it.
const (
	gitlabFile = "deploy/gitlab/featherweight-slo.gitlab-ci.yml"
	gitlabJob  = ".featherweight-slo"
)

// job is the part of GitLab's format that the file uses; what is not named here is a mistake.
type job struct {
	Image struct {
		Name       string   `yaml:"name"`
		Entrypoint []string `yaml:"entrypoint"`
	} `yaml:"image"`
	Variables map[string]string `yaml:"variables"`
	Script    []string          `yaml:"script"`
	Artifacts struct {
		When     string   `yaml:"when"`
		ExposeAs string   `yaml:"expose_as"`
		Paths    []string `yaml:"paths"`
		Reports  struct {
			JUnit string `yaml:"junit"`
		} `yaml:"reports"`
	} `yaml:"artifacts"`
}

// strictly reads a file, in which nothing may stand that the type does not have.
func strictly(t *testing.T, name string, into any) {
	t.Helper()
	reader := yaml.NewDecoder(bytes.NewReader(read(t, filepath.Join(harness.Root(), name))))
	reader.KnownFields(true)
	if err := reader.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func theGitLabJob(t *testing.T) job {
	t.Helper()
	var file map[string]job
	strictly(t, gitlabFile, &file)
	if len(file) != 1 {
		t.Fatalf("%s has %d jobs: whoever includes it gets them all", gitlabFile, len(file))
	}
	return file[gitlabJob]
}

// run is what GitLab's runner does with a job: variables that name others are told, then the script runs in the project's folder.
func (j job) run(t *testing.T, project string, env map[string]string) (said string, code int) {
	t.Helper()
	env = harness.With(env, "CI", "true", "CI_PROJECT_DIR", project)
	for name, value := range j.Variables {
		if _, told := env[name]; !told { // the job of who includes it wins
			env[name] = strings.ReplaceAll(value, "$CI_PROJECT_DIR", project)
		}
	}
	env["PATH"] = filepath.Join(made.suite, "bin") + string(os.PathListSeparator) + made.bin // the image has k6 on its PATH, too
	return call(t, project, env, "sh", "-e", "-c", strings.Join(j.Script, "\n"))
}

func TestAJobOfGitLabTakesTheVerdictOverAndShowsWhy(t *testing.T) {
	t.Parallel()
	j := theGitLabJob(t)
	for _, row := range verdicts() {
		if row.verdict == "" {
			continue
		}
		t.Run(row.verdict, func(t *testing.T) {
			t.Parallel()
			project := filepath.Join(t.TempDir(), "a project")
			if err := os.Mkdir(project, 0o700); err != nil {
				t.Fatal(err)
			}
			env := harness.With(row.env(t), "FEATHERWEIGHT_SLO_COMMAND", "run-websocket --skip-health")
			said, code := j.run(t, project, env)
			if verdict := verdictOf(t, filepath.Join(project, "featherweight-slo", "report.md")); verdict != row.verdict || code != row.code {
				t.Fatalf("%s, exit code %d, and not %s, %d\n%s", verdict, code, row.verdict, row.code, said)
			}
			shown := harness.ReadJUnit(t, filepath.Join(project, j.Artifacts.Reports.JUnit))
			flaws := 0
			for _, one := range shown.Suites[0].Cases {
				for _, flaw := range []*harness.JUnitFlaw{one.Failure, one.Error} {
					if flaw == nil {
						continue
					}
					if flaws++; flaw.Text == "" || flaw.Text != flaw.Message {
						t.Errorf("%s: GitLab would show %q, and not %q", one.Name, flaw.Text, flaw.Message)
					}
				}
			}
			if (flaws > 0) != (row.verdict != "PASS") {
				t.Errorf("%d objectives are not green, and the verdict is %s", flaws, row.verdict)
			}
			for _, file := range []string{"report.html", "summary.json", "runs/latest/k6.log"} {
				if len(read(t, filepath.Join(project, j.Artifacts.Paths[0], file))) == 0 {
					t.Errorf("%s is empty", file)
				}
			}
		})
	}
}

func TestTheJobOfGitLabKeepsItsResultsWhenItFails(t *testing.T) {
	t.Parallel()
	j := theGitLabJob(t)
	if j.Artifacts.When != "always" {
		t.Errorf("artifacts: when is %q: GitLab keeps nothing of a job that failed", j.Artifacts.When)
	}
	if strings.Contains(strings.Join(j.Artifacts.Paths, " "), "$") {
		t.Errorf("artifacts: %v: with expose_as, GitLab takes no variable in a path", j.Artifacts.Paths)
	}
	if len(j.Image.Entrypoint) != 1 || j.Image.Entrypoint[0] != "" || j.Image.Name != "$FEATHERWEIGHT_SLO_IMAGE" {
		t.Errorf("image %+v: its own entrypoint would take GitLab's shell for arguments of k6", j.Image)
	}
}
