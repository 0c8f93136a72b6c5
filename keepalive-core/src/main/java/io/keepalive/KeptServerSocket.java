package io.keepalive;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/** A server socket whose accepted sockets have a policy. */
final class KeptServerSocket extends ServerSocket {
    private final KeepAlive policy;
    private final @Nullable Boolean noDelay;
    private final ReportPolicy reports;

    KeptServerSocket(KeepAlive policy, @Nullable Boolean noDelay, ReportPolicy reports) throws IOException {
        this.policy = policy;
        this.noDelay = noDelay;
        this.reports = reports;
    }

    @Override
    public Socket accept() throws IOException {
        Socket accepted = super.accept();
        try {
            reports.accept(policy.applyTo(accepted));
            if (noDelay != null) {
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
            }
            return accepted;
        } catch (Throwable e) {
            accepted.close();
            throw e;
        }
    }
}
