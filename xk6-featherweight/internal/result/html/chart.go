package html

import (
	"math"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// The size of a picture in its own units; the page stretches it. Coordinates are written with one digit after the point,
// which is finer than a pixel.
const (
	chartWidth  = 1000.0
	chartHeight = 200.0
)

// point is a value at a time, in seconds after the start. A value of NaN is a gap.
type point struct{ at, value float64 }

// span is a range of values at a time.
type span struct{ at, low, high float64 }

// layerKind says how a layer is drawn.
type layerKind string

const (
	line layerKind = "line" // from point to point
	step layerKind = "step" // a state that holds until the next
	band layerKind = "band" // between two lines
	bars layerKind = "bars" // one for each stretch, on top of those of the layers before
)

// layer is one thing that a picture shows. Style is a number: the page has a colour, and a dash or a pattern, for each.
type layer struct {
	Kind  layerKind
	Name  string
	Style int
	// Points is how many values it shows.
	Points int
	// Path is the outline, for the d of an SVG path.
	Path string

	points []point
	spans  []span
}

// limitLine is a limit that is drawn, or only said when it lies far outside of the picture.
type limitLine struct {
	Name  string
	value float64
	Drawn bool
	Y     float64 // in the units of the picture
}

// shade is a phase of the run in the picture.
type shade struct {
	Name        string
	X, Width    float64 // in its units
	Left, Share float64 // in percent
	Odd         bool
	Short       bool // too short for its name where there is little room
}

// tick is a mark of an axis; At is in percent from the left or the top.
type tick struct {
	At    float64
	Y     float64
	Label string
	Minor bool // left out where there is little room
}

// chart is a picture over the time of the run, or over the load of several.
type chart struct {
	ID, Title, Unit, About string
	Layers                 []layer
	Limits                 []limitLine
	Marks                  []tick // moments, such as restarts; Y is their place from the left
	Phases                 []shade
	X, Y                   []tick
	Width, Height          float64

	zero   bool // the axis begins at 0
	label  func(float64) string
	labelX func(float64) string // nil: a time of the run
	moment string               // what a mark is
}

// roomForName is the share of the picture that the name of a phase takes on a narrow screen.
const roomForName = 0.2

// farOutside is how much higher than everything else a limit may be to be drawn: above, it would press the rest flat.
const farOutside = 2.5

// draw lays the layers out over the time of the run. width is that of a stretch, in seconds.
func (c *chart) draw(x axis, phases []result.Phase, width float64) {
	c.Width, c.Height = chartWidth, chartHeight
	c.stack()
	y := c.valueAxis()
	for i := range c.Layers {
		c.Layers[i].draw(x, y, width)
	}
	for i, l := range c.Limits {
		c.Limits[i].Y = round(chartHeight * (1 - y.at(l.value)))
	}
	for i, m := range c.Marks {
		c.Marks[i].Y = round(chartWidth * x.at(m.At))
	}
	for i, p := range phases {
		from, to := min(x.at(p.From), 1), min(x.at(p.To), 1)
		if to > from {
			c.Phases = append(c.Phases, shade{
				Name: p.Name, X: round(chartWidth * from), Width: round(chartWidth * (to - from)),
				Left: round(100 * from), Share: round(100 * (to - from)), Odd: i%2 == 1, //nolint:mnd // percent; every second
				Short: to-from < roomForName,
			})
		}
	}
	labelX := c.labelX
	if labelX == nil {
		labelX = clock
	}
	for i, at := range x.ticks {
		c.X = append(c.X, tick{At: round(100 * x.at(at)), Y: round(chartWidth * x.at(at)), Label: labelX(at), Minor: i%2 == 1}) //nolint:mnd // percent; every second
	}
	for _, at := range y.ticks {
		top := 1 - y.at(at)
		c.Y = append(c.Y, tick{At: round(100 * top), Y: round(chartHeight * top), Label: c.label(at)}) //nolint:mnd // percent
	}
}

// stack puts bars on those before them.
func (c *chart) stack() {
	heights := map[float64]float64{}
	for i, l := range c.Layers {
		if l.Kind != bars {
			continue
		}
		for _, p := range l.points {
			if p.value > 0 {
				c.Layers[i].spans = append(c.Layers[i].spans, span{p.at, heights[p.at], heights[p.at] + p.value})
				heights[p.at] += p.value
			}
		}
	}
}

// valueAxis has everything in it that is drawn, and decides which limits are.
func (c *chart) valueAxis() axis {
	low, high := math.Inf(1), math.Inf(-1)
	take := func(value float64) {
		if !math.IsNaN(value) {
			low, high = min(low, value), max(high, value)
		}
	}
	for _, l := range c.Layers {
		for _, p := range l.points {
			if l.Kind != bars {
				take(p.value)
			}
		}
		for _, s := range l.spans {
			take(s.low)
			take(s.high)
		}
	}
	if c.zero || math.IsInf(low, 1) {
		low, high = min(low, 0), max(high, 0)
	}
	top := high
	for i, l := range c.Limits {
		if !c.zero || l.value <= top*farOutside {
			c.Limits[i].Drawn = true
			take(l.value)
		}
	}
	const room = 1.03 // so that the highest line is not the edge of the picture
	if high > 0 {
		high *= room
	}
	if !c.zero {
		return valueAxis(max(low-(high-low)*(room-1), 0), high)
	}
	return valueAxis(low, high)
}

func (l *layer) draw(x, y axis, width float64) {
	var path strings.Builder
	place := func(command byte, at, value float64) {
		path.WriteByte(command)
		path.WriteString(coordinate(chartWidth * x.at(at)))
		path.WriteByte(' ')
		path.WriteString(coordinate(chartHeight * (1 - y.at(value))))
	}
	switch l.Kind {
	case line, step:
		l.drawLine(place, x.to, width)
	case band:
		l.drawBand(place)
	case bars:
		for _, s := range l.spans {
			l.Points++
			place('M', s.at, s.low)
			place('L', s.at, s.high)
			place('L', min(s.at+width, x.to), s.high)
			place('L', min(s.at+width, x.to), s.low)
			path.WriteByte('Z')
		}
	}
	l.Path = path.String()
}

// drawLine draws from point to point; one that stands between two gaps is a dot.
func (l *layer) drawLine(place func(byte, float64, float64), end, width float64) {
	pen := false
	var before point
	for _, p := range l.points {
		if math.IsNaN(p.value) {
			pen = false
			continue
		}
		l.Points++
		switch {
		case !pen:
			place('M', p.at, p.value)
			place('L', p.at, p.value)
		case l.Kind == step:
			place('L', p.at, before.value)
			place('L', p.at, p.value)
		default:
			place('L', p.at, p.value)
		}
		pen, before = true, p
	}
	if l.Kind == step && pen {
		place('L', min(before.at+width, end), before.value)
	}
}

// drawBand draws the area between low and high, in pieces where there are gaps.
func (l *layer) drawBand(place func(byte, float64, float64)) {
	flush := func(piece []span) {
		for i, s := range piece {
			command := byte('L')
			if i == 0 {
				command = 'M'
			}
			place(command, s.at, s.high)
		}
		for i := len(piece) - 1; i >= 0; i-- {
			place('L', piece[i].at, piece[i].low)
		}
	}
	var piece []span
	for _, s := range l.spans {
		if math.IsNaN(s.low) || math.IsNaN(s.high) {
			flush(piece)
			piece = nil
			continue
		}
		l.Points++
		piece = append(piece, s)
	}
	flush(piece)
}

func round(value float64) float64 { return math.Round(value*10) / 10 } //nolint:mnd // one digit

func coordinate(value float64) string { return strconv.FormatFloat(round(value), 'f', -1, 64) }
