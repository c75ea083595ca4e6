// Package k8s holds the manifests of deploy/ to what Kubernetes and k6-operator take. It is a module of its own, for what it stands
// on is large.
package k8s

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yannh/kubeconform/pkg/validator"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const (
	root = "../.."
	base = root + "/deploy/k6-operator"
	// byPrometheus is base without a volume.
	byPrometheus = base + "-prometheus"
)

// built are the manifests as kubectl makes them, by kind.
func built(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	all, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, one := range all.Resources() {
		if out[one.GetKind()], err = one.AsYAML(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// schemaOfTestRun writes the schema inside the CRD as kubeconform takes it: what it does not name is a mistake.
func schemaOfTestRun(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/testruns.k6.io.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var crd struct {
		Spec struct {
			Versions []struct {
				Name   string
				Schema struct{ OpenAPIV3Schema map[string]any }
			}
		}
	}
	if err := yaml.Unmarshal(text, &crd); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, version := range crd.Spec.Versions {
		closed(version.Schema.OpenAPIV3Schema)
		schema, err := json.Marshal(version.Schema.OpenAPIV3Schema)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "testrun_"+version.Name+".json"), schema, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json")
}

// closed makes objects with properties ones that have no others. metadata is described nowhere in a CRD.
func closed(schema map[string]any) {
	properties, has := schema["properties"].(map[string]any)
	if has && schema["additionalProperties"] == nil {
		schema["additionalProperties"] = false
	}
	for name, one := range properties {
		if of, is := one.(map[string]any); is && (name != "metadata" || of["properties"] != nil) {
			closed(of)
		}
	}
	if items, is := schema["items"].(map[string]any); is {
		closed(items)
	}
}

// conforms is what kubeconform says of a manifest.
func conforms(t *testing.T, manifest []byte) error {
	t.Helper()
	v, err := validator.New([]string{schemaOfTestRun(t)}, validator.Opts{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	results := v.Validate("manifest", io.NopCloser(bytes.NewReader(manifest)))
	if len(results) != 1 {
		t.Fatalf("%d results of one manifest", len(results))
	}
	if results[0].Status != validator.Valid && results[0].Err == nil {
		t.Fatalf("kubeconform says neither yes nor why not: %+v", results[0])
	}
	return results[0].Err
}

func TestTheTestRunConformsToTheCRD(t *testing.T) {
	t.Parallel()
	manifest := built(t, base)["TestRun"]
	for _, one := range [][]byte{manifest, built(t, byPrometheus)["TestRun"]} {
		if err := conforms(t, one); err != nil {
			t.Error(err)
		}
	}
	for mistake, change := range map[string][2]string{
		"a field that there is not": {"parallelism:", "parallelisms:"},
		"a number that is a text":   {"parallelism: 3", "parallelism: three"},
		"a field inside the runner": {"volumeMounts:", "mounts:"},
	} {
		broken := strings.Replace(string(manifest), change[0], change[1], 1)
		if broken == string(manifest) {
			t.Fatalf("%s: %q is not in the manifest", mistake, change[0])
		}
		if conforms(t, []byte(broken)) == nil {
			t.Errorf("%s: nobody says it", mistake)
		}
	}
}

// strictly reads a manifest as the API server does with fieldValidation=Strict.
func strictly[T any](t *testing.T, manifest []byte) T {
	t.Helper()
	var out T
	if err := yaml.UnmarshalStrict(manifest, &out); err != nil {
		t.Fatalf("%v\n%s", err, manifest)
	}
	return out
}

// testRun is the part of a TestRun that has to agree with the rest.
type testRun struct {
	Spec struct {
		Parallelism int
		Arguments   string
		Script      struct{ LocalFile string }
		Initializer struct{ Image string }
		Runner      struct {
			Image        string
			Env          []corev1.EnvVar
			EnvFrom      []corev1.EnvFromSource
			Volumes      []corev1.Volume
			VolumeMounts []corev1.VolumeMount
		}
	}
}

func TestRunnersAndVerdictSpeakOfTheSameThings(t *testing.T) {
	t.Parallel()
	all := built(t, base)
	for kind := range all {
		if !slices.Contains([]string{"ConfigMap", "Job", "PersistentVolumeClaim", "TestRun"}, kind) {
			t.Errorf("a %s: it wants no rights and no other kinds", kind)
		}
	}
	claim := strictly[corev1.PersistentVolumeClaim](t, all["PersistentVolumeClaim"])
	settings := strictly[corev1.ConfigMap](t, all["ConfigMap"])
	job := strictly[batchv1.Job](t, all["Job"]).Spec.Template.Spec
	var run testRun
	if err := yaml.Unmarshal(all["TestRun"], &run); err != nil {
		t.Fatal(err)
	}
	runner, verdict := run.Spec.Runner, job.Containers[0]
	if runner.Volumes[0].PersistentVolumeClaim.ClaimName != claim.Name || job.Volumes[0].PersistentVolumeClaim.ClaimName != claim.Name {
		t.Errorf("runners and verdict do not share the volume %s", claim.Name)
	}
	if runner.EnvFrom[0].ConfigMapRef.Name != settings.Name {
		t.Errorf("the settings are not those of %s", settings.Name)
	}
	if images := []string{run.Spec.Initializer.Image, runner.Image, verdict.Image}; !slices.Equal(images, []string{"fw-k6:latest", "fw-k6:latest", "fw-k6:latest"}) {
		t.Errorf("images %v: kustomize sets all of them together", images)
	}
	dir := ""
	for _, one := range runner.Env {
		if one.Name == "RUNNER_DIR" {
			dir = one.Value
		}
	}
	if dir == "" || verdict.Command[len(verdict.Command)-1] != dir || !strings.HasPrefix(dir, runner.VolumeMounts[0].MountPath+"/") {
		t.Errorf("the runners leave their results in %q, and the verdict looks in %v", dir, verdict.Command)
	}
	if _, err := os.Stat(filepath.Join(root, run.Spec.Script.LocalFile)); err != nil {
		t.Errorf("the image has no such script: %v", err)
	}
	if run.Spec.Parallelism < 2 || job.RestartPolicy != corev1.RestartPolicyNever {
		t.Errorf("%d runners, restart policy %s", run.Spec.Parallelism, job.RestartPolicy)
	}
}

// Without a volume, everybody speaks of the same Prometheus and of the same test.
func TestRunnersAndVerdictSpeakOfTheSamePrometheus(t *testing.T) {
	t.Parallel()
	all := built(t, byPrometheus)
	if all["PersistentVolumeClaim"] != nil {
		t.Error("there is a volume still")
	}
	settings := strictly[corev1.ConfigMap](t, all["ConfigMap"])
	job := strictly[batchv1.Job](t, all["Job"]).Spec.Template.Spec
	var run testRun
	if err := yaml.Unmarshal(all["TestRun"], &run); err != nil {
		t.Fatal(err)
	}
	command := strings.Join(job.Containers[0].Command, " ")
	base, writes := strings.CutSuffix(settings.Data["RUNNER_PUSH_URL"], "/api/v1/write")
	if !writes || !strings.Contains(command, "--prometheus "+base+" ") {
		t.Errorf("the runners send to %q, and the verdict asks: %s", settings.Data["RUNNER_PUSH_URL"], command)
	}
	test, tagged := strings.CutPrefix(run.Spec.Arguments, "--tag testid=")
	if !tagged || !strings.HasSuffix(command, "--testid "+test) {
		t.Errorf("the runners are told %q, and the verdict asks: %s", run.Spec.Arguments, command)
	}
	if len(run.Spec.Runner.Volumes)+len(run.Spec.Runner.VolumeMounts)+len(run.Spec.Runner.Env)+len(job.Volumes)+len(job.Containers[0].VolumeMounts) > 0 {
		t.Errorf("somebody mounts a volume that is not there:\n%s\n%s", all["TestRun"], all["Job"])
	}
}

// Every variable of the settings is one that a script reads.
func TestTheSettingsAreVariables(t *testing.T) {
	t.Parallel()
	known, err := os.ReadFile(root + "/docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	settings := strictly[corev1.ConfigMap](t, built(t, byPrometheus)["ConfigMap"])
	if len(settings.Data) < len(strictly[corev1.ConfigMap](t, built(t, base)["ConfigMap"]).Data) {
		t.Error("settings were lost")
	}
	for name := range settings.Data {
		if !strings.Contains(string(known), "`"+name+"`") {
			t.Errorf("%s is no variable", name)
		}
	}
}

// The overlay that docs/runners.md shows is one that kubectl takes, and does what it says.
func TestTheOverlayOfTheDocumentChangesWhatItSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(root + "/docs/runners.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	overlay, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the document shows no overlay")
	}
	dir := t.TempDir()
	mine := filepath.Join(dir, "my", "own")
	if err := os.MkdirAll(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "deploy", "k6-operator"), os.DirFS(base)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine, "kustomization.yaml"), []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	all := built(t, mine)
	if err := conforms(t, all["TestRun"]); err != nil {
		t.Error(err)
	}
	for kind, says := range map[string][]string{
		"TestRun":               {"parallelism: 10", "separate: true", "image: registry.example/fw-k6:1", "name: featherweight-settings"},
		"Job":                   {"image: registry.example/fw-k6:1"},
		"ConfigMap":             {`VUS: "10000"`, "BASE_URL: https://api.example", "DURATION: 5m"},
		"PersistentVolumeClaim": {"- ReadWriteMany"},
	} {
		for _, one := range says {
			if !strings.Contains(string(all[kind]), one) {
				t.Errorf("%s: no %q in\n%s", kind, one, all[kind])
			}
		}
	}
}
