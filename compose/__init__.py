"""What Concord runs on when it is served: the services, in containers or on this machine."""
