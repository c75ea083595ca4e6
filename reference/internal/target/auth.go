package target

import (
	"net/http"
	"strings"
)

// registration is the body of POST /api/auth/register.
type registration struct {
	Username  string `json:"username"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
}

// auth answers the routes of accounts and tokens.
type auth struct {
	users *users
}

func (a auth) register(w http.ResponseWriter, r *http.Request) {
	var in registration
	if !readJSON(w, r, &in) {
		return
	}
	if in.Username == "" || in.Email == "" || in.Password == "" {
		invalid(w, "username, email and password are required")
		return
	}
	created := a.users.register(in)
	if created == nil {
		refuse(w, http.StatusBadRequest, "User already exists", "A user with this email already exists")
		return
	}
	reply(w, http.StatusCreated, object{"message": "User registered successfully", "user": created.public()})
}

func (a auth) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Email, Password string }
	if !readJSON(w, r, &in) {
		return
	}
	if in.Email == "" || in.Password == "" {
		invalid(w, "email and password are required")
		return
	}
	found := a.users.login(in.Email, in.Password)
	if found == nil {
		refuse(w, http.StatusUnauthorized, "Invalid credentials", "Email or password is incorrect")
		return
	}
	a.grant(w, found, "Login successful")
}

// refresh gives new tokens for the refresh token of a login, in the body, or for an access token that is still valid, as
// a Bearer.
func (a auth) refresh(w http.ResponseWriter, r *http.Request) {
	var in struct {
		RefreshToken string `json:"refresh_token"`
	}
	if r.ContentLength != 0 && !readJSON(w, r, &in) {
		return
	}
	found := a.users.owner(in.RefreshToken, true)
	if found == nil {
		found = a.users.owner(bearer(r), false)
	}
	if found == nil {
		refuse(w, http.StatusUnauthorized, "Invalid refresh token", "Refresh token is missing, unknown or expired")
		return
	}
	a.grant(w, found, "Token refreshed")
}

func (a auth) grant(w http.ResponseWriter, to *user, message string) {
	access, refresh := a.users.issue(to)
	seconds := int(a.users.ttl.Seconds())
	reply(w, http.StatusOK, object{
		"message": message, "user": to.public(), "token": access, "refresh_token": refresh, "expires_in": seconds,
	})
}

// profile answers GET /api/auth/me and GET /api/user/profile.
func (a auth) profile(w http.ResponseWriter, _ *http.Request, who *user) {
	body := who.public()
	body["isPremium"] = false
	body["premiumUntil"] = nil
	body["preferences"] = object{}
	body["createdAt"] = iso(who.created)
	reply(w, http.StatusOK, body)
}

// need lets only requests with a valid access token through to next. The real server also takes a cookie; this one does
// not, so that a script that forgets the header is found out.
func (a auth) need(next func(http.ResponseWriter, *http.Request, *user)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key := bearer(r)
		if key == "" {
			refuse(w, http.StatusUnauthorized, "Access token required", "Send it as Authorization: Bearer")
			return
		}
		who := a.users.owner(key, false)
		if who == nil {
			refuse(w, http.StatusUnauthorized, "Invalid token", "The access token is unknown or expired")
			return
		}
		next(w, r, who)
	}
}

func (u *user) public() object {
	return object{
		"id": u.id, "email": u.email, "username": u.username, "firstName": u.firstName, "lastName": u.lastName,
		"roles": []string{"user"},
	}
}

// bearer returns the token of the Authorization header, or "".
func bearer(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}
