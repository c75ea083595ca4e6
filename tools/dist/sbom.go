package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// sbom is the list of parts of a binary as CycloneDX 1.6 in JSON, in which a scanner looks for known vulnerabilities.
func sbom(r release, binary, platform string, parts []part) ([]byte, error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{
		Timestamp: r.Time.Format(time.RFC3339),
		Component: &cdx.Component{
			BOMRef: product, Type: cdx.ComponentTypeApplication, Name: product, Version: r.Version, Description: "k6 with xk6-featherweight, for " + platform,
			Hashes:             &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sha256.Sum256(program))}},
			Licenses:           &cdx.Licenses{{Expression: "AGPL-3.0-only AND Apache-2.0"}},
			ExternalReferences: &[]cdx.ExternalReference{{Type: cdx.ERTypeVCS, URL: source, Comment: "commit " + r.Commit}},
		},
	}
	components, refs := make([]cdx.Component, 0, len(parts)), make([]string, 0, len(parts))
	for _, one := range parts {
		url := "pkg:golang/" + one.path + "@" + strings.ReplaceAll(one.version, "+", "%2B") + "?type=module"
		component := cdx.Component{BOMRef: url, PackageURL: url, Type: cdx.ComponentTypeLibrary, Name: one.path, Version: one.version}
		var all cdx.Licenses
		for _, id := range one.IDs {
			all = append(all, cdx.LicenseChoice{License: &cdx.License{ID: id}})
		}
		component.Licenses = &all
		if one.sum != "" {
			component.Properties = &[]cdx.Property{{Name: "go.sum", Value: one.sum}}
		}
		components, refs = append(components, component), append(refs, url)
	}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: product, Dependencies: &refs}}
	var out bytes.Buffer
	err = cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
	return out.Bytes(), err
}
