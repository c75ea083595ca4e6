package target

import (
	"maps"
	"slices"
	"strings"
)

// breaks says whether a request of path belongs to a group that is to answer 500.
func (f Faults) breaks(path string) bool {
	if f.HTTP500 == "" {
		return false
	}

	for name := range strings.SplitSeq(f.HTTP500, ",") {
		if slices.ContainsFunc(httpGroups()[name], func(prefix string) bool { return strings.HasPrefix(path, prefix) }) {
			return true
		}
	}

	return false
}

// knownGroups says whether every name in the list, with commas in between, is one of httpGroups.
func knownGroups(list string) bool {
	for name := range strings.SplitSeq(list, ",") {
		if _, known := httpGroups()[name]; !known {
			return false
		}
	}

	return true
}

// groupNames are the names of httpGroups in order, for help and errors.
func groupNames() string { return strings.Join(slices.Sorted(maps.Keys(httpGroups())), ", ") }

// httpGroups are the flows of the API that can be broken alone: name to prefixes of paths.
func httpGroups() map[string][]string {
	return map[string][]string{
		"auth":          {"/api/auth/"},
		"register":      {"/api/auth/register"},
		"login":         {"/api/auth/login"},
		"refresh":       {"/api/auth/refresh"},
		"me":            {"/api/auth/me"},
		"profile":       {"/api/user/profile"},
		"upload":        {"/api/upload"},
		"files":         {"/api/files/"},
		"chat":          {"/api/chat/"},
		"message":       {"/api/chat/message"},
		"history":       {"/api/chat/history"},
		"conversations": {"/api/chat/conversations"},
		"health":        {"/health", "/api/health", "/ready"},
	}
}
