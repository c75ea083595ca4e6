package target

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"
)

// How much is kept in memory; the oldest goes first.
const (
	maxUsers  = 20_000
	maxTokens = 100_000
)

// The account that is always there, as in the real system.
const (
	demoEmail    = "demo@featherweight.world"
	demoPassword = "demo123"
)

// user is one account.
type user struct {
	id, username, email, firstName, lastName string
	created                                  time.Time

	password string // it protects nothing

	history history
}

// token is an access or a refresh token: an opaque random text is its key.
type token struct {
	user    *user
	refresh bool
	expires time.Time
}

// users holds the accounts and their tokens.
type users struct {
	ttl time.Duration

	mu      sync.Mutex
	byEmail *shelf[*user]
	tokens  *shelf[token]
}

func newUsers(ttl time.Duration) *users {
	u := &users{
		ttl:     ttl,
		byEmail: newShelf[*user](maxUsers),
		tokens:  newShelf[token](maxTokens),
	}
	demo := newUser(registration{Username: "demo", Email: demoEmail, Password: demoPassword, FirstName: "Demo"})
	u.byEmail.items[demoEmail] = demo // not in the order of the shelf: it never goes
	return u
}

func newUser(r registration) *user {
	return &user{
		id: "user_" + rand.Text(), username: r.Username, email: strings.ToLower(r.Email),
		firstName: r.FirstName, lastName: r.LastName, created: time.Now(),
		password: r.Password,
	}
}

// register adds an account, or returns nil when its address is taken.
func (u *users) register(r registration) *user {
	created := newUser(r)
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, taken := u.byEmail.get(created.email); taken {
		return nil
	}
	u.byEmail.put(created.email, created)
	return created
}

// login returns the account, or nil when address or password is wrong.
func (u *users) login(email, password string) *user {
	u.mu.Lock()
	found, ok := u.byEmail.get(strings.ToLower(email))
	u.mu.Unlock()
	if !ok || found.password != password {
		return nil
	}
	return found
}

// issue makes an access token and a refresh token. The refresh token lives four times as long.
func (u *users) issue(owner *user) (access, refresh string) {
	access, refresh = rand.Text(), rand.Text()
	now := time.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.tokens.put(access, token{user: owner, expires: now.Add(u.ttl)})
	u.tokens.put(refresh, token{user: owner, refresh: true, expires: now.Add(4 * u.ttl)})
	return access, refresh
}

// owner returns whose token it is, or nil when it is unknown, expired or of the other sort.
func (u *users) owner(key string, refresh bool) *user {
	u.mu.Lock()
	defer u.mu.Unlock()
	t, ok := u.tokens.get(key)
	if !ok || t.refresh != refresh {
		return nil
	}
	if !time.Now().Before(t.expires) {
		u.tokens.remove(key)
		return nil
	}
	return t.user
}
