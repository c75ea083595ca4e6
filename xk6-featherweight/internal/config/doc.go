// Package config is the one home of the variables that configure the suite: their names, kinds, defaults, ranges, which
// of them are secret, who reads them and what they mean. Scripts, commands, .env.test.example, docker-compose.yml, the
// documentation and every text that shows a value ask here.
//
// It is pure: environments and files are handed in. An order holds everywhere: command line, environment, .env.test,
// default. A variable that is set to nothing counts as not set, except with EmptyIsValue.
//
// # The lines of .env.test
//
// A line is empty, a comment that begins with #, or NAME=value, with "export" before it if you like. A value ends before
// a blank and a #, as compose has it: pa#ss # note is "pa#ss". In '...' it is taken as it is; in "..." the escapes
// \" \\ and \$ stand for ", \ and $. Windows line ends and a byte order mark are no part of anything. A value is one
// line, and it is data: neither $NAME nor $(command) is replaced. compose does replace $NAME outside of '...'; a value
// with a $ is the same to both in '...'.
//
// The grammar is our own, not that of github.com/joho/godotenv 1.5.1, because that one cannot keep four promises: it takes
// "a # b # c" as "a # b" where compose takes "a"; it lets the same name stand twice, and the last one wins in silence; it
// names no line; and its errors show the value, which may be a secret. The parser of compose itself, in compose-go,
// names lines but shares the other faults, and replaces variables.
package config
