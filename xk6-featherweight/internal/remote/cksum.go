package remote

import (
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"os"
)

// checksum is that of a file as the POSIX command cksum prints it, with the size behind it: the one that is everywhere.
func checksum(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	sum := cksum{crc: ^uint32(0)}
	size, err := io.Copy(&sum, file)
	if err != nil {
		return "", err
	}
	for rest := size; rest > 0; rest >>= 8 {
		_, _ = sum.Write([]byte{byte(rest)})
	}
	return fmt.Sprintf("%d %d", bits.Reverse32(sum.crc), size), nil
}

// cksum is the usual CRC-32 that begins with 0 and takes the bits of a byte from the other end.
type cksum struct{ crc uint32 }

func (c *cksum) Write(p []byte) (int, error) {
	turned := make([]byte, len(p))
	for i, b := range p {
		turned[i] = bits.Reverse8(b)
	}
	c.crc = crc32.Update(c.crc, crc32.IEEETable, turned)
	return len(p), nil
}
