package io.keepalive.spring.boot;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;

/** A listener of the application. */
record CountingSessions(AtomicInteger count) implements IOSessionListener {
    @Override
    public void connected(IOSession session) {
        count.incrementAndGet();
    }

    @Override
    public void startTls(IOSession session) {}

    @Override
    public void inputReady(IOSession session) {}

    @Override
    public void outputReady(IOSession session) {}

    @Override
    public void timeout(IOSession session) {}

    @Override
    public void exception(IOSession session, Exception exception) {}

    @Override
    public void disconnected(IOSession session) {}
}
