package io.keepalive.cli.relay;

import io.keepalive.KeepAlive;
import io.keepalive.cli.relay.io.Framing;
import io.keepalive.cli.relay.io.RelaySettings;
import io.keepalive.cli.relay.report.Log;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Logs, once, what the policies come to on this system: what the kernel refuses and how long a dead leg can last. */
record Startup(RelaySettings settings, Log log) {

    void report() {
        report("both legs", settings.targetPolicy());
        if (!settings.clientPolicy().equals(settings.targetPolicy())) {
            report("legs to clients", settings.clientPolicy());
        }
        Framing framing = settings.framing();
        if (framing != null) {
            HeartbeatConfig config = framing.protocol().config();
            log.notice("heartbeats with the relay on the side of the "
                    + framing.sides().iterator().next().word() + (framing.tls() == null ? "" : ", in TLS")
                    + ": one every "
                    + config.beatInterval().toMillis() + " ms; a dead or stopped relay is found after "
                    + config.detectionTime().toMillis() + " ms");
        }
        log.notice("at most " + settings.maxConnections() + " connections");
    }

    private void report(String which, KeepAlive policy) {
        log.notice(which + ": " + policy
                + policy.detectionTimeAtMost()
                        .map(limit -> "; a dead one is reset after " + limit.toSeconds() + " s at most")
                        .orElse("; a dead one is not found"));
        try (SocketChannel sample = SocketChannel.open()) {
            KeepAliveReport report = SocketKeeper.of(policy).keep(sample);
            if (!report.isComplete()) {
                log.notice("this system does not hold all of it: " + report);
            }
        } catch (IOException e) {
            log.notice("the policy could not be tried: " + e.getMessage());
        }
    }
}
