// Package monitoring tests the monitoring with the real Prometheus, Alertmanager, k6 and reference target: first as
// processes of this machine, then in containers. Its tests have the build tag "stack"; ./run runs them.
package monitoring
