// Package apiserver gives the manifests of deploy/ to a real API server of Kubernetes. It is a module of its own, and none of CI: to build
// the server takes minutes.
package apiserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const (
	base         = "../../deploy/k6-operator"
	byPrometheus = base + "-prometheus"
	namespace    = "restricted"
)

// collections are where objects of a kind are made.
var collections = map[string]string{
	"ConfigMap": "/api/v1/namespaces/" + namespace + "/configmaps", "PersistentVolumeClaim": "/api/v1/namespaces/" + namespace + "/persistentvolumeclaims",
	"Job": "/apis/batch/v1/namespaces/" + namespace + "/jobs", "TestRun": "/apis/k6.io/v1alpha1/namespaces/" + namespace + "/testruns",
	"Pod": "/api/v1/namespaces/" + namespace + "/pods",
}

// manifest is an object as kubectl sends it.
type manifest struct {
	kind, name string
	yaml       []byte
}

func built(t *testing.T, folder string) (all []manifest) {
	t.Helper()
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range made.Resources() {
		text, err := one.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, manifest{one.GetKind(), one.GetName(), text})
	}
	return all
}

// create is what the server answers; with dryRun nothing is kept. It validates as kubectl asks it to.
func (s *server) create(t *testing.T, m manifest, dryRun bool) (code int, text []byte) {
	t.Helper()
	path := collections[m.kind] + "?fieldValidation=Strict"
	if dryRun {
		path += "&dryRun=All"
	}
	code, text, err := s.ask(http.MethodPost, path, m.yaml)
	if err != nil {
		t.Fatal(err)
	}
	return code, text
}

// lacks names what of an object that was sent is not so in what is kept.
func lacks(sent, kept any, at string) (missing []string) {
	switch sent := sent.(type) {
	case map[string]any:
		of, _ := kept.(map[string]any)
		for name, value := range sent {
			missing = append(missing, lacks(value, of[name], at+"."+name)...)
		}
	case []any:
		of, _ := kept.([]any)
		if len(of) != len(sent) {
			return []string{fmt.Sprintf("%s: %v, not %v", at, kept, sent)}
		}
		for i, value := range sent {
			missing = append(missing, lacks(value, of[i], fmt.Sprintf("%s[%d]", at, i))...)
		}
	default:
		if !reflect.DeepEqual(sent, kept) {
			missing = append(missing, fmt.Sprintf("%s: %v, not %v", at, kept, sent))
		}
	}
	return missing
}

func TestAnAPIServerTakesTheManifests(t *testing.T) {
	s := start(t)
	crd, err := os.ReadFile("../k8s/testdata/testruns.k6.io.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"/apis/apiextensions.k8s.io/v1/customresourcedefinitions": string(crd),
		// The strictest of Kubernetes' own standards for pods.
		"/api/v1/namespaces": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + namespace + "\n  labels: {pod-security.kubernetes.io/enforce: restricted}\n",
	} {
		if code, answer, err := s.ask(http.MethodPost, path, []byte(text)); err != nil || code != http.StatusCreated {
			t.Fatalf("%s: %d %s %v", path, code, answer, err)
		}
	}
	s.await(t, collections["TestRun"], make(chan struct{}))

	of := map[string]manifest{}
	for _, m := range built(t, byPrometheus) { // only tried, for both have the same names
		if code, answer := s.create(t, m, true); code != http.StatusCreated {
			t.Errorf("by Prometheus: %s %s: %d %s", m.kind, m.name, code, answer)
		}
	}
	for _, m := range built(t, base) {
		of[m.kind] = m
		code, answer := s.create(t, m, false)
		if code != http.StatusCreated {
			t.Errorf("%s %s: %d %s", m.kind, m.name, code, answer)
			continue
		}
		var sent, kept any
		if _, text, err := s.ask(http.MethodGet, collections[m.kind]+"/"+m.name, nil); err != nil || json.Unmarshal(text, &kept) != nil {
			t.Errorf("%s %s: %v %s", m.kind, m.name, err, text)
		}
		if err := yaml.Unmarshal(m.yaml, &sent); err != nil {
			t.Fatal(err)
		}
		for _, one := range lacks(sent, kept, m.kind) {
			t.Errorf("the server keeps %s", one)
		}
	}
	if len(of) != 4 {
		t.Fatalf("%d kinds of objects, not 4", len(of))
	}

	// The server makes pods of the job only with a controller: this is the pod that it would make.
	var job struct {
		Spec struct{ Template map[string]any }
	}
	if err := yaml.Unmarshal(of["Job"].yaml, &job); err != nil {
		t.Fatal(err)
	}
	pod := job.Spec.Template
	pod["apiVersion"], pod["kind"] = "v1", "Pod"
	pod["metadata"] = map[string]any{"name": "verdict"}
	text, err := yaml.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	of["Pod"] = manifest{"Pod", "verdict", text}
	if code, answer := s.create(t, of["Pod"], true); code != http.StatusCreated {
		t.Errorf("the pod of the verdict is not let into a namespace of the standard \"restricted\": %d %s", code, answer)
	}

	// It is no server that takes everything.
	for _, test := range []struct{ mistake, kind, is, becomes, says string }{
		{"a field that there is not", "TestRun", "parallelism:", "parallelisms:", `unknown field \"spec.parallelisms\"`},
		{"a number that is a text", "TestRun", "parallelism: 3", "parallelism: three", "spec.parallelism"},
		{"a field inside the runner", "TestRun", "volumeMounts:", "mounts:", `unknown field \"spec.runner.mounts\"`},
		{"a field of the job", "Job", "backoffLimit:", "backofLimit:", `unknown field \"spec.backofLimit\"`},
		{"a job that begins for ever", "Job", "restartPolicy: Never", "restartPolicy: Always", "restartPolicy"},
		{"a way to share that there is not", "PersistentVolumeClaim", "ReadWriteOnce", "ReadWriteAll", "accessModes"},
		{"a pod that may be root", "Pod", "runAsNonRoot: true", "runAsNonRoot: false", "runAsNonRoot"},
	} {
		broken := of[test.kind]
		broken.yaml = []byte(strings.Replace(strings.Replace(string(broken.yaml), test.is, test.becomes, 1), "name: "+broken.name, "name: broken", 1))
		if !strings.Contains(string(broken.yaml), test.becomes) {
			t.Fatalf("%s: %q is not in the manifest", test.mistake, test.is)
		}
		if code, answer := s.create(t, broken, true); code < 400 || code >= 500 || !strings.Contains(string(answer), test.says) {
			t.Errorf("%s: %d %s", test.mistake, code, answer)
		}
	}
}
