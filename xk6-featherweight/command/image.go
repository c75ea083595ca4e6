package command

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// buildImageVerb hands its words on to docker build.
func buildImageVerb(d *door) *cobra.Command {
	var cmd *cobra.Command
	cmd = d.verb("build-image [argument of docker build ...]", "build the Docker image "+stack.Image,
		func(ctx context.Context, args []string) error {
			if slices.Contains(args, "--help") || slices.Contains(args, "-h") {
				return cmd.Help()
			}
			if !exists(d.at(stack.Dockerfile)) {
				return failf(exitFailed, "%s is not in %s, for the image is built from the sources: call it in a clone", stack.Dockerfile, d.root)
			}
			megabytes, err := d.stack().Build(ctx, args)
			if err != nil {
				return err
			}
			d.sayf("%s is built, %d MB; docker run --rm --network host %[1]s runs the main test", stack.Image, megabytes)
			return nil
		})
	cmd.DisableFlagParsing = true
	return cmd
}

// cleanContainersVerb is for "make clean", which does the rest.
func cleanContainersVerb(d *door) *cobra.Command {
	cmd := d.verb("clean-containers [volumes]", "remove what the suite made in Docker", func(ctx context.Context, args []string) error {
		project := d.stack()
		if !project.Answers(ctx) {
			d.notef("no Docker engine answers here: nothing was removed there")
			return nil
		}
		return project.Clean(ctx, slices.Contains(args, "volumes"))
	})
	cmd.Hidden = true
	return cmd
}
