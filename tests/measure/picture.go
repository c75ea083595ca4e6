package measure

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Line is one of a panel; its points are those of the panel's X. NaN is none.
type Line struct {
	Name string
	Y    []float64
}

// Panel is a diagram: some lines over the same values of X, which grow, on a logarithmic axis. The other axis begins at 0.
type Panel struct {
	Title string
	X     []float64
	Lines []Line
}

// The size of a panel, in pixels, with room for its marks.
const (
	panelWidth  = 300.0
	panelHeight = 190.0
	left        = 46.0
	right       = 12.0
	top         = 30.0
	bottom      = 30.0
)

// style has a colour for each line, in light and dark, and a dash, for who sees no colours.
const style = `<style>
text { font: 11px system-ui, sans-serif; fill: #444 } .title { font-weight: 600; font-size: 12px; fill: #222 }
.grid { stroke: #ddd } path { fill: none; stroke-width: 2 }
.s0 { stroke: #0b6bcb; color: #0b6bcb } .s1 { stroke: #b35900; color: #b35900; stroke-dasharray: 7 3 } .s2 { stroke: #2e7d32; color: #2e7d32; stroke-dasharray: 2 3 } .s3 { stroke: #8e24aa; color: #8e24aa; stroke-dasharray: 9 3 2 3 }
circle { fill: currentColor; stroke: none } 
@media (prefers-color-scheme: dark) { text { fill: #bbb } .title { fill: #eee } .grid { stroke: #444 }
.s0 { stroke: #6cb2ff; color: #6cb2ff } .s1 { stroke: #ffab5e; color: #ffab5e } .s2 { stroke: #7ccf80; color: #7ccf80 } .s3 { stroke: #d58cf0; color: #d58cf0 } }
</style>
`

// styles is how many lines can be told apart.
const styles = 4

// SVG draws panels side by side, and below them what the lines are. The names are those of the first panel.
func SVG(about string, panels []Panel) string {
	var out strings.Builder
	width, legend := panelWidth*float64(len(panels)), 24.0
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img"><title>%s</title>`+"\n", number(width), number(panelHeight+legend), html.EscapeString(about))
	out.WriteString(style)
	for i, p := range panels {
		fmt.Fprintf(&out, `<g transform="translate(%s 0)">`+"\n", number(panelWidth*float64(i)))
		p.draw(&out)
		out.WriteString("</g>\n")
	}
	if len(panels) > 0 {
		at := left
		for i, l := range panels[0].Lines {
			y := panelHeight + legend/2
			fmt.Fprintf(&out, `<path class="s%d" d="M%s %sh24"/><text x="%s" y="%s">%s</text>`+"\n", i%styles, number(at), number(y), number(at+30), number(y+4), html.EscapeString(l.Name)) //nolint:mnd // a short line
			at += 50 + 7*float64(len(l.Name))                                                                                                                                                //nolint:mnd // about as wide as the name
		}
	}
	out.WriteString("</svg>\n")
	return out.String()
}

func (p Panel) draw(out *strings.Builder) {
	fmt.Fprintf(out, `<text class="title" x="%s" y="16">%s</text>`+"\n", number(left), html.EscapeString(p.Title))
	step, most := p.scale()
	y := func(value float64) float64 { return panelHeight - bottom - (panelHeight-top-bottom)*value/most }
	for value := 0.0; value <= most*(1+1e-9); value += step {
		fmt.Fprintf(out, `<path class="grid" style="stroke-width:1" d="M%s %sH%s"/><text x="%s" y="%s" text-anchor="end">%s</text>`+"\n",
			number(left), number(y(value)), number(panelWidth-right), number(left-6), number(y(value)+4), strconv.FormatFloat(value, 'g', 6, 64)) //nolint:mnd // beside the line
	}
	for _, x := range p.X {
		fmt.Fprintf(out, `<text x="%s" y="%s" text-anchor="middle">%s</text>`+"\n", number(p.x(x)), number(panelHeight-bottom+16), strconv.FormatFloat(x, 'f', -1, 64)) //nolint:mnd // below the axis
	}
	for i, l := range p.Lines {
		var path, dots strings.Builder
		command := "M"
		for j, value := range l.Y {
			if math.IsNaN(value) {
				command = "M"
				continue
			}
			fmt.Fprintf(&path, "%s%s %s", command, number(p.x(p.X[j])), number(y(value)))
			fmt.Fprintf(&dots, `<circle cx="%s" cy="%s" r="3"/>`, number(p.x(p.X[j])), number(y(value)))
			command = "L"
		}
		fmt.Fprintf(out, `<g class="s%d"><path d="%s"/>%s</g>`+"\n", i%styles, path.String(), dots.String())
	}
}

// x is where a value stands.
func (p Panel) x(value float64) float64 {
	first, last := math.Log(p.X[0]), math.Log(p.X[len(p.X)-1])
	if last == first {
		return left + (panelWidth-left-right)/2 //nolint:mnd // in the middle
	}
	const room = 14 // for the names at the ends
	return left + room + (panelWidth-left-right-2*room)*(math.Log(value)-first)/(last-first)
}

// scale has steps of 1, 2 or 5 times a power of ten, at most five of them.
func (p Panel) scale() (step, most float64) {
	for _, l := range p.Lines {
		for _, value := range l.Y {
			if !math.IsNaN(value) {
				most = max(most, value)
			}
		}
	}
	if most <= 0 {
		return 1, 1
	}
	const steps = 5
	power := math.Pow(10, math.Floor(math.Log10(most/steps))) //nolint:mnd // decimal
	for _, step := range []float64{1, 2, 5, 10} {
		if step*power*steps >= most {
			return step * power, step * power * math.Ceil(most/(step*power)-1e-9)
		}
	}
	return most, most
}

func number(value float64) string { return strconv.FormatFloat(math.Round(value*10)/10, 'f', -1, 64) } //nolint:mnd // one digit
