package target

import (
	"fmt"
	"net/http"
	"time"
)

// healthyHz is the rate below which /healthz says unhealthy, in ticks per second.
const healthyHz = 95

// version is what /health calls the version of the stand-in.
const version = "1.0.0"

// health answers the health routes.
type health struct {
	loop *loop
}

// healthz answers as the real server does: 503 when the loop is slow, but 200 when it has no frequency at all, be it in
// the first second or because it stands still.
func (h health) healthz(w http.ResponseWriter, _ *http.Request) {
	v := h.loop.view()
	body := object{
		"status":    "healthy",
		"hz":        v.hz,
		"timestamp": iso(v.at),
		"uptime":    v.at.Sub(v.born).Seconds(),
		"backend":   "reference-target",
	}
	if v.hz > 0 && v.hz < healthyHz {
		body["status"] = "unhealthy"
		body["error"] = fmt.Sprintf("Consciousness loop frequency too low: %.2f Hz", v.hz)
		reply(w, http.StatusServiceUnavailable, body)
		return
	}
	reply(w, http.StatusOK, body)
}

// gateway answers /health with the services behind the gateway.
func (health) gateway(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, object{
		"status": "healthy", "timestamp": iso(time.Now()), "version": version, "services": services(),
	})
}

func services() object {
	return object{
		"auth": "healthy", "journal": "healthy", "websocket": "healthy", "chatOrchestrator": "healthy",
		"frontend": "healthy",
	}
}
