package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

const (
	composeBegin = "# make generate: begin"
	composeEnd   = "# make generate: end"
)

// composeList is what docker-compose.yml hands on to the containers of k6. A variable without a value is as it is in the
// environment, and not at all where it is not there. A URL is there with its default, so that the container can say what
// localhost is called from inside it.
func composeList() string {
	var text strings.Builder
	for _, v := range config.Variables() {
		switch {
		case !inContainer(v):
		case v.Kind == config.KindURL && v.Default != "":
			fmt.Fprintf(&text, "  %s: ${%s:-%s}\n", v.Name, v.Name, v.Default)
		default:
			fmt.Fprintf(&text, "  %s:\n", v.Name)
		}
	}
	return text.String()
}

// inContainer says whether the environment's value is for the containers of k6.
func inContainer(v config.Variable) bool {
	switch v.Name {
	case "TEST_TYPE": // it is the service
		return false
	case "PROMETHEUS_URL", "GRAFANA_URL": // they have other names in the network of the containers
		return false
	case "SUMMARY_FILE", "JUNIT_FILE", "REPORT_FILE": // they are below /results
		return false
	}
	return slices.ContainsFunc([]string{config.Main, config.Health, config.Comprehensive, config.Load, config.Docker, config.K6}, v.ReadBy)
}
