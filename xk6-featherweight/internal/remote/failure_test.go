package remote

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachWayInWhichSSHCanFailIsOneLineWithCauseAndRemedy(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]struct {
		text  string
		again bool
	}{
		"": {"ssh said nothing", true},
		"ssh: connect to host far port 1: Connection refused\r\n": {
			"ssh: connect to host far port 1: Connection refused: is the machine up, and is SSH_PORT right?", true,
		},
		"ssh: connect to host far port 22: Connection timed out\n": {
			"ssh: connect to host far port 22: Connection timed out: is the machine up, and is SSH_PORT right?", true,
		},
		"ssh: connect to host far port 22: No route to host\n": {
			"ssh: connect to host far port 22: No route to host: is the machine up, and is SSH_PORT right?", true,
		},
		"ssh: Could not resolve hostname far: Name or service not known\n": {
			"ssh: Could not resolve hostname far: Name or service not known: is SSH_HOST right?", true,
		},
		"kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.1 port 22\n": {"Connection reset by 10.0.0.1 port 22", true},
		"Timeout, server far not responding.\n": {"Timeout, server far not responding.", true},
		"\"System is booting up. Unprivileged users are not permitted to log in yet.\"\nConnection closed by ::1\n": {"Connection closed by ::1", true},
		"Warning: x\nme@far: Permission denied (publickey).\nConnection closed by UNKNOWN port 65535\n": {
			"me@far: Permission denied (publickey).: SSH_USER and SSH_KEY_PATH must name a user and a key that may log in there without a password", false,
		},
		"No ED25519 host key is known for far\nHost key verification failed.\n": {
			"Host key verification failed.: connect once by hand to accept its key: ssh me@far", false,
		},
		"@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@\nHost key verification failed.\n": {
			"WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!: its key is another one than before: if that is right, ssh-keygen -R far forgets the old one", false,
		},
		"/home/me/.ssh/config: line 3: Bad configuration option: x\n/home/me/.ssh/config: terminating, 1 bad configuration options\n": {
			"/home/me/.ssh/config: line 3: Bad configuration option: x: the ssh configuration of this user is wrong", false,
		},
		"Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss\n": {
			"Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss: this ssh and that machine have no method in common", false,
		},
	} {
		o := newOther(t, "")
		o.User = "me"
		o.next(lost(said))
		f := (*CallError)(nil)
		require.ErrorAs(t, o.Ask(t.Context(), Request{Verb: Log}, nil, nil), &f)
		assert.Equal(t, CallError{Text: want.text, Again: want.again}, *f, said)
	}
}

func TestWhatASuiteSaysIsNotTakenForTroubleWithLoggingIn(t *testing.T) {
	t.Parallel()
	m := Machine{Host: "far"}
	f := m.failure(255, true, "cat: x: Permission denied (really)\nConnection to far closed by remote host.\n")
	assert.Equal(t, CallError{Text: "Connection to far closed by remote host.", Met: true, Again: true}, *f)
	f = m.failure(-1, true, "")
	assert.Equal(t, CallError{Text: "ssh said nothing", Met: true, Again: true}, *f)
}

func TestACauseIsFoundBeforeThatThereWasOne(t *testing.T) {
	t.Parallel()
	f := Machine{Host: "far"}.failure(2, true, "tar: bin/k6: Cannot write: No space left on device\ntar: Exiting with failure status due to previous errors\n")
	assert.Equal(t, CallError{Text: "tar: bin/k6: Cannot write: No space left on device, on far (exit code 2)", Code: 2, Said: true, Met: true}, *f)
}

func TestWhatIsMissingThereIsSaid(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	o.Dir = "nowhere"
	require.EqualError(t, o.Ask(t.Context(), Request{Verb: Log}, nil, nil), "nowhere on far is not there or may not be entered")
	o.has("x", "")
	require.EqualError(t, o.Ask(t.Context(), Request{Verb: Log}, nil, nil), "there is no bin/k6 in nowhere on far that runs: the next run from here sends it again")
	o = newOther(t, "")
	require.EqualError(t, o.Ask(t.Context(), Request{Verb: Log, ID: "none"}, nil, nil), "there is no such run on far")
}
