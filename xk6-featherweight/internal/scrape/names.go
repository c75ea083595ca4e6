package scrape

// Names are the words of messages for what a user can set: the variables of a test suite, the flags of a command, the options
// of a class. The core knows what is wrong and what would help; how that is called, only who made the Scraper knows.
type Names struct {
	URL      string // the endpoint's address
	Header   string // what carries credentials
	Counter  string // the series to count
	Gauge    string // the series to fall back on
	Stream   string // the messages of a stream: their type, and where their number is
	Source   string // what to read, before its value: "HZ_SOURCE="
	Interval string // the time between two readings
	MaxSize  string // the largest page
	Less     string // what to do so that this machine needs less: "lower VUS"
}

// OwnNames are those of the fields of Config, for who gives none.
func OwnNames() Names {
	return Names{
		URL: "the URL", Header: "a header", Counter: "the counter", Gauge: "the gauge", Stream: "the stream's type and field", Source: "source ", Interval: "the interval",
		MaxSize: "the limit", Less: "end what takes it",
	}
}
