// Dist makes what is given away: for each platform an archive with the binary and all that a user calls, reads or changes, so that
// who has it needs neither Go nor a checkout; the licences and the parts (SBOM) of that binary; and the checksums of them all.
//
//	dist -k6 v2.2.0 -out DIR ROOT GOOS/GOARCH...
//
// The same commit gives the same bytes, wherever it is checked out and whenever it is built, by the same Go.
package main
