package slo

// Print is where and how the printed summary shows a row.
type Print struct {
	// Place is its position among the rows; those of the same place stand in the order of the table.
	Place int
	As    PrintAs
}

// PrintAs is how a row is shown.
type PrintAs int

// How rows are shown.
const (
	PrintSingle    PrintAs = iota // the value of its statistic
	PrintRare                     // so too, but only when it is not met
	PrintErrors                   // share, and how many failed and did not
	PrintTrend                    // average, least and most
	PrintFrequency                // so too, with its bounds; the two below share its row
	PrintMaximum                  // the other limit of the frequency
	PrintWindows                  // the share of good windows
)

// The places.
const (
	placeErrors = iota
	placeFrequency
	placeConnection
	placeResponse
	placeGap
	placeRestarts
	placeCoverage
	placeLag
	placeArrivals
	placeRare
	placeScenario
)
