package arrival

import (
	"net"
	"testing"
)

// BenchmarkRead tells what the kernel's time of arrival costs a read: the difference of both.
func BenchmarkRead(b *testing.B) {
	for name, reader := range map[string]func(client *Conn) net.Conn{
		"plain":           func(client *Conn) net.Conn { return client.Conn },
		"time of arrival": func(client *Conn) net.Conn { return client },
	} {
		b.Run(name, func(b *testing.B) {
			client, server := pair(b)
			conn, message, buf := reader(client), make([]byte, 200), make([]byte, 4<<10)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := server.Write(message); err != nil {
					b.Fatal(err)
				}
				if _, err := conn.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
