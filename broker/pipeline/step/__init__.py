"""The pure steps of the pipeline: values in, values out; the stages around them read and write."""
