package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheImageIsBuiltWithItsVersionAndTheWordsOfTheCaller(t *testing.T) {
	t.Parallel()
	e := &engine{says: map[string]string{"describe": "v1-3", "rev-parse": "abc", "image inspect": "84123456"}}
	p, _ := e.project()
	megabytes, err := p.Build(t.Context(), []string{"--no-cache"})
	require.NoError(t, err)
	assert.EqualValues(t, 84, megabytes)
	assert.Equal(t, []string{
		"docker build --tag fw-k6:latest --build-arg VERSION=v1-3 --build-arg REVISION=abc --no-cache /suite",
	}, e.called(" build "))
}

func TestTheImageIsBuiltWithoutGitToo(t *testing.T) {
	t.Parallel()
	e := &engine{absent: []string{"git"}, fails: map[string]string{" build ": "no space left"}}
	p, log := e.project()
	_, err := p.Build(t.Context(), nil)
	require.EqualError(t, err, "the image could not be built (exit status 18): the lines above say why")
	assert.Equal(t, "no space left\n", log.String())
	assert.Equal(t, []string{"docker build --tag fw-k6:latest --build-arg VERSION=unknown --build-arg REVISION=unknown /suite"}, e.called(" build "))
}

func TestCleaningRemovesContainersNetworkAndImageAndDataOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	const label = "--filter label=com.docker.compose.project=k6-tests"
	e := &engine{says: map[string]string{
		"ps -aq " + label: "c1\nc2", "network ls -q " + label: "n1", "image ls -q fw-k6:latest": "i1", "volume ls -q " + label: "v1\nv2",
	}}
	p, _ := e.project()
	require.NoError(t, p.Clean(t.Context(), false))
	removed := []string{"docker rm --force c1 c2", "docker network rm n1", "docker image rm fw-k6:latest"}
	assert.Equal(t, removed, e.called("rm "))
	e.calls = nil
	require.NoError(t, p.Clean(t.Context(), true))
	assert.Equal(t, append(removed, "docker volume rm v1 v2"), e.called("rm "))
}

func TestCleaningWhatIsCleanRemovesNothing(t *testing.T) {
	t.Parallel()
	e := &engine{}
	p, _ := e.project()
	require.NoError(t, p.Clean(t.Context(), true))
	assert.Empty(t, e.called("rm "))
}

func TestCleaningSaysWhatCouldNotBeRemoved(t *testing.T) {
	t.Parallel()
	e := &engine{says: map[string]string{"image ls": "i1"}, fails: map[string]string{"image rm": "image is being used by stopped container 5f"}}
	p, _ := e.project()
	require.EqualError(t, p.Clean(t.Context(), false), "docker image rm fw-k6:latest: image is being used by stopped container 5f")
}
