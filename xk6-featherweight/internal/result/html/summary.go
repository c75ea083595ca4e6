package html

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// schema is the version of summary.json that this package understands.
const schema = "featherweight-slo/summary/v1"

// summary is the part of summary.json that the page shows.
type summary struct {
	Schema         string         `json:"schema"`
	Script         string         `json:"script"`
	Verdict        string         `json:"verdict"`
	Reasons        []string       `json:"reasons"`
	ExitCode       *int           `json:"exitCode"`
	StartedAt      *time.Time     `json:"startedAt"`
	EndedAt        *time.Time     `json:"endedAt"`
	Seconds        float64        `json:"seconds"`
	PlannedSeconds float64        `json:"plannedSeconds"`
	Complete       bool           `json:"complete"`
	Config         map[string]any `json:"config"`
	Loop           struct {
		Source     *string `json:"source"`
		Measured   bool    `json:"measured"`
		PagePeriod float64 `json:"pagePeriod"`
	} `json:"loop"`
	SLOs     []objective        `json:"slos"`
	Phases   []phase            `json:"phases"`
	Failures map[string]float64 `json:"failures"`
	Totals   struct {
		Turns       float64  `json:"turns"`
		Failed      float64  `json:"failed"`
		Interrupted float64  `json:"interrupted"`
		Tokens      float64  `json:"tokens"`
		Goodput     *float64 `json:"goodput"`
	} `json:"totals"`
	Thresholds []threshold       `json:"thresholds"`
	Versions   map[string]string `json:"versions"` // an addition to the schema: absent in older files
}

type objective struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`
	Flow      string   `json:"flow"`
	Metric    string   `json:"metric"`
	Statistic string   `json:"statistic"`
	Value     *float64 `json:"value"`
	Low       *float64 `json:"low"`
	High      *float64 `json:"high"`
	Relation  string   `json:"relation"`
	Limit     float64  `json:"limit"`
	Unit      string   `json:"unit"`
	Evidence  *struct {
		Low   float64  `json:"low"`
		High  *float64 `json:"high"`
		N     float64  `json:"n"`
		Users float64  `json:"users"`
	} `json:"evidence"`
	Outcome string `json:"outcome"`
	Why     string `json:"why"`
}

type phase struct {
	Name        string   `json:"name"`
	From        float64  `json:"from"`
	To          float64  `json:"to"`
	Users       float64  `json:"users"`
	Connections *float64 `json:"connections"`
	LoopHz      *struct {
		Avg  float64 `json:"avg"`
		Low  float64 `json:"low"`
		High float64 `json:"high"`
	} `json:"loopHz"`
	Turns          float64  `json:"turns"`
	Interrupted    float64  `json:"interrupted"`
	ErrorRate      *float64 `json:"errorRate"`
	ConnectionTime latency  `json:"connectionTime"`
	ResponseTime   latency  `json:"responseTime"`
	FirstToken     latency  `json:"firstToken"`
	BetweenTokens  latency  `json:"betweenTokens"`
}

// latency is empty where nothing was measured.
type latency map[string]float64

type threshold struct {
	Metric     string `json:"metric"`
	Expression string `json:"expression"`
	OK         *bool  `json:"ok"`
}

// ErrSummary is the error of what is no summary.json of this version.
var ErrSummary = errors.New("it is not a summary of " + schema)

func decode(data []byte) (*summary, error) {
	var s summary
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSummary, err)
	}
	if s.Schema != schema {
		return nil, fmt.Errorf("%w: its schema is %q", ErrSummary, s.Schema)
	}
	if _, known := verdicts()[s.Verdict]; !known {
		return nil, fmt.Errorf("%w: its verdict is %q, and not PASS, FAIL or INVALID", ErrSummary, s.Verdict)
	}
	return &s, nil
}
