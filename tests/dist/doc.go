// Package dist proves what is given away: that the archive of this machine's platform is whole and says what it is made of, that who
// has it needs neither Go nor a clone, and that the files for GitHub and GitLab do with it what they promise. Their shell runs here as
// there, on the real binary and the reference target.
package dist
