package stack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// monitoring is the profile of Prometheus, Alertmanager and Grafana.
const monitoring = "monitoring"

// Monitoring is Prometheus, Alertmanager and Grafana in containers.
type Monitoring struct {
	*Project

	// Prometheus and Grafana are their addresses, as seen from here.
	Prometheus, Grafana string
	// Ports that the containers publish on 127.0.0.1, and who needs them. They must be free before the start.
	Ports map[int]string
	// Patience is how long a start may take with a compose that cannot wait by itself.
	Patience time.Duration
}

// NewMonitoring is the monitoring of a project.
func NewMonitoring(p *Project, prometheus, grafana string) Monitoring {
	m := Monitoring{Project: p, Prometheus: prometheus, Grafana: grafana, Patience: 2 * time.Minute}
	if !p.isElsewhere() {
		m.Ports = map[int]string{3001: "Grafana", 9090: "Prometheus", 9093: "Alertmanager"} // as docker-compose.yml says
	}
	return m
}

// isElsewhere says that the engine is on another machine: there it publishes ports, not here.
func (p *Project) isElsewhere() bool {
	host := p.variable("DOCKER_HOST")
	return host != "" && !strings.HasPrefix(host, "unix:") && !strings.HasPrefix(host, "npipe:")
}

// Up says whether Prometheus and Grafana answer.
func (m Monitoring) Up(ctx context.Context) bool {
	return Ready(ctx, m.Prometheus) && OK(ctx, m.Grafana+"/api/health")
}

// Start returns when everything is healthy. What could not be started whole is taken down again, after its last words
// were shown; what ran before is left as it is.
func (m Monitoring) Start(ctx context.Context) error {
	if err := m.Need(ctx); err != nil {
		return err
	}
	running, err := m.ask(ctx, m.composed(monitoring, "ps", "-q")...)
	before := err == nil && running != ""
	if !before {
		if err := m.portsFree(ctx); err != nil {
			return err
		}
	}
	words := []string{"up", "-d"}
	if m.waits() {
		words = append(words, "--wait")
	}
	if err = m.do(ctx, m.composed(monitoring, words...)...); err != nil {
		err = fmt.Errorf("the monitoring could not be started (%w): the lines above say why", err)
	} else if !m.waits() {
		err = m.wait(ctx)
	}
	if err != nil {
		ctx = context.WithoutCancel(ctx) // Ctrl-C leaves nothing half started either
		_ = m.do(ctx, m.composed(monitoring, "logs", "--tail", "20")...)
		if !before {
			_ = m.do(ctx, m.composed(monitoring, "down")...)
		}
	}
	return err
}

func (m Monitoring) portsFree(ctx context.Context) error {
	for _, port := range slices.Sorted(maps.Keys(m.Ports)) {
		if Listens(ctx, fmt.Sprintf("127.0.0.1:%d", port)) {
			return fmt.Errorf("port %d is taken, and %s needs it: stop what listens there (ss -ltnp shows it)", port, m.Ports[port])
		}
	}
	return nil
}

// wait asks the addresses until they answer.
func (m Monitoring) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, m.Patience, errors.New("time is over"))
	defer cancel()
	for !m.Up(ctx) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the monitoring was started but does not answer at %s and %s (%w after %s): the lines above may say why",
				shown(m.Prometheus), shown(m.Grafana), context.Cause(ctx), m.Patience)
		case <-time.After(againAfter):
		}
	}
	return nil
}

// Stop stops and removes its containers. Data stays in volumes.
func (m Monitoring) Stop(ctx context.Context) error {
	if err := m.Need(ctx); err != nil {
		return err
	}
	if err := m.do(ctx, m.composed(monitoring, "down")...); err != nil {
		return fmt.Errorf("the monitoring could not be stopped (%w): the lines above say why", err)
	}
	return nil
}
