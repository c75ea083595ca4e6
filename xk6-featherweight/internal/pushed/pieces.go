package pushed

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// An account is text, and a Prometheus keeps text in labels alone. It goes there packed, in pieces that every server takes
// (Grafana Mimir: a label has at most 2,048 characters).
const longestPiece = 1800

// largestAccount is how long one may be, unpacked; that of 1,000 users has about a megabyte.
const largestAccount = 1 << 28

// packed is what the pieces hold.
type packed struct {
	Account  json.RawMessage `json:"account"`
	Started  time.Time       `json:"started"`
	Ended    time.Time       `json:"ended"`
	Complete bool            `json:"complete"`
}

var errPieces = errors.New("what it left of its account cannot be read")

// cut makes pieces of an account.
func cut(p packed) ([]string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("failed to write the account of a runner: %w", err)
	}
	var small bytes.Buffer
	zip := gzip.NewWriter(&small)
	_, err = zip.Write(text)
	if err = errors.Join(err, zip.Close()); err != nil {
		return nil, fmt.Errorf("failed to pack the account of a runner: %w", err)
	}
	rest := base64.StdEncoding.EncodeToString(small.Bytes())
	var pieces []string
	for len(rest) > longestPiece {
		pieces = append(pieces, rest[:longestPiece])
		rest = rest[longestPiece:]
	}
	return append(pieces, rest), nil
}

// join makes an account of its pieces, by their numbers from 1; of says how many there are.
func join(pieces map[int]string, of int) (packed, runners.Account, error) {
	var all []byte
	for i := 1; i <= of; i++ {
		if pieces[i] == "" {
			return packed{}, runners.Account{}, fmt.Errorf("%w: piece %d of %d is not there", errPieces, i, of)
		}
		all = append(all, pieces[i]...)
	}
	var p packed
	small, err := base64.StdEncoding.DecodeString(string(all))
	if err != nil {
		return packed{}, runners.Account{}, fmt.Errorf("%w: %w", errPieces, err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil {
		return packed{}, runners.Account{}, fmt.Errorf("%w: %w", errPieces, err)
	}
	text, err := io.ReadAll(io.LimitReader(zip, largestAccount))
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return packed{}, runners.Account{}, fmt.Errorf("%w: %w", errPieces, err)
	}
	account, err := runners.Read(p.Account)
	return p, account, err
}

// pieceNumber reads "3/17".
func pieceNumber(text string) (number, of int, ok bool) {
	const parts = 2
	n, err := fmt.Sscanf(text, "%d/%d", &number, &of)
	return number, of, err == nil && n == parts && number >= 1 && number <= of
}

func pieceName(number, of int) string { return strconv.Itoa(number) + "/" + strconv.Itoa(of) }
