package target

import "net/http"

// apiRoutes is what the API port serves.
func (s *Server) apiRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	s.commonRoutes(mux)
	a := auth{users: newUsers(s.cfg.TokenTTL)}
	mux.HandleFunc("POST /api/auth/register", a.register)
	mux.HandleFunc("POST /api/auth/login", a.login)
	mux.HandleFunc("POST /api/auth/refresh", a.refresh)
	mux.HandleFunc("GET /api/auth/me", a.need(a.profile))
	mux.HandleFunc("GET /api/user/profile", a.need(a.profile))
	u := newUploads(s.cfg.ProcessingTime)
	mux.HandleFunc("POST /api/upload", a.need(u.upload))
	mux.HandleFunc("GET /api/files/{id}/status", a.need(u.status))
	mux.HandleFunc("POST /api/chat/message", a.need(postMessage))
	mux.HandleFunc("GET /api/chat/history", a.need(getHistory))
	mux.HandleFunc("GET /api/chat/conversations", a.need(getConversations))
	return mux
}

// chatRoutes is what the chat port serves.
func (s *Server) chatRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	s.commonRoutes(mux)
	mux.Handle("GET /api/chat", s.chat)
	return mux
}

// commonRoutes is what both ports serve.
func (s *Server) commonRoutes(mux *http.ServeMux) {
	h := health{loop: s.loop}
	mux.HandleFunc("GET /healthz", h.healthz)
	mux.HandleFunc("GET /health", h.gateway)
	mux.Handle("GET /metrics", metricsHandler(s.metrics, s.faults, s.tally))
}
