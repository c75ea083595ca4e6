module github.com/featherweight/tests

go 1.26
