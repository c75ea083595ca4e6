// Package realchats runs the real binary against chats on the WebSocket libraries that people use, alone and behind nginx and
// haproxy, and compares what k6 tells with what the chat itself counted.
//
// Each chat greets, sends a heartbeat every 50 ms, also within answers, and streams five tokens in answer to a question.
// What else happens, the question says: "fragments" sends each token in three frames, cut within a character and with a
// ping between; "large" has a token of 200 kB; "ping" goes on only after the pong; "error", "not UTF-8" and "close" end
// the answer after two tokens.
package realchats
