package io.keepalive.cli.watch;

import io.keepalive.cli.linux.IpEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * A connection that ended.
 *
 * @param wasAccepted whether this side had accepted it
 * @param program null if no process could be found that held it
 */
record Death(
        IpEndpoint local,
        IpEndpoint remote,
        boolean wasAccepted,
        long pid,
        @Nullable String program,
        Verdict verdict) {

    boolean hasProcess() {
        return program != null;
    }
}
