package scrape

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
)

// mostLayers is how often an answer may have been packed: by the service and by a proxy before it. More is an attack.
const mostLayers = 3

// errTooLong: what was packed is longer than the limit.
var errTooLong = errors.New("longer than the limit")

// Magic numbers of packed data.
var (
	gzipMagic = []byte{0x1f, 0x8b, 8}          //nolint:gochecknoglobals // constant
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd} //nolint:gochecknoglobals // constant
)

// unpack undoes the Content-Encoding of a body. A reading asks for none, but some services pack whatever they answer,
// and some do so without a word. What comes out is at most limit bytes long, and no more than that is held in memory.
func unpack(body []byte, encodings []string, limit int64) ([]byte, error) {
	var layers []string
	for word := range strings.SplitSeq(strings.ToLower(strings.Join(encodings, ",")), ",") {
		if word = strings.TrimSpace(word); word != "" && word != "identity" {
			layers = append(layers, word)
		}
	}
	if len(layers) > mostLayers {
		return nil, fmt.Errorf("it is packed %d times over", len(layers))
	}
	for i := len(layers) - 1; i >= 0; i-- { // the last one was put on last
		var err error
		if body, err = unpackLayer(body, layers[i], limit); err != nil {
			return nil, err
		}
	}
	if bytes.HasPrefix(body, zstdMagic) {
		return unpackLayer(body, "zstd", limit)
	}
	return unpackLayer(body, "gzip", limit) // only if it looks like that
}

// unpackLayer undoes one layer.
func unpackLayer(body []byte, encoding string, limit int64) ([]byte, error) {
	if len(body) == 0 {
		return body, nil
	}
	var from io.Reader
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(body, gzipMagic) { // somebody on the way unpacked it and left the header
			return body, nil
		}
		from, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate": // means zlib (RFC 9110 8.4.1.2), but bare deflate is as common
		if from, err = zlib.NewReader(bytes.NewReader(body)); errors.Is(err, zlib.ErrHeader) {
			from, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	default:
		return nil, fmt.Errorf("it is packed with %s, which is not read here", clip(encoding))
	}
	if err != nil {
		return nil, fmt.Errorf("it cannot be unpacked (%s): %w", encoding, err)
	}
	plain, err := io.ReadAll(io.LimitReader(from, limit+1))
	switch {
	case int64(len(plain)) > limit:
		return nil, errTooLong
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("it cannot be unpacked (%s): the answer was cut off", encoding)
	case err != nil:
		return nil, fmt.Errorf("it cannot be unpacked (%s): %w", encoding, err)
	}
	return plain, nil
}
