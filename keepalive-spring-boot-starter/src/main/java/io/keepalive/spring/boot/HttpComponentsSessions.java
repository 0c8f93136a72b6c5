package io.keepalive.spring.boot;

import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connections of Apache HttpClient 5's asynchronous client: its configuration gets what it has options for, and
 * a listener that passes each event on to the application's the rest, and reads back.
 */
final class HttpComponentsSessions implements IOSessionListener {
    private final ClientKeeper keeper;
    private final @Nullable IOSessionListener own;

    private HttpComponentsSessions(ClientKeeper keeper, @Nullable IOSessionListener own) {
        this.keeper = keeper;
        this.own = own;
    }

    static void keep(HttpAsyncClientBuilder client, ClientKeeper keeper, String what) {
        try {
            var listener = (IOSessionListener) setting(client, "ioSessionListener");
            var config = (IOReactorConfig) setting(client, "ioReactorConfig");
            client.setIOSessionListener(new HttpComponentsSessions(keeper, listener));
            client.setIOReactorConfig(HttpComponentsSockets.keep(
                    config == null ? IOReactorConfig.DEFAULT : config, keeper.policy(), keeper.precedence()));
            keeper.kept(what);
        } catch (ReflectiveOperationException e) {
            keeper.left(HiddenSetting.unreadable(what, e));
        }
    }

    private static @Nullable Object setting(HttpAsyncClientBuilder client, String field)
            throws ReflectiveOperationException {
        return HiddenSetting.of(HttpAsyncClientBuilder.class, client, field);
    }

    @Override
    public void connected(IOSession session) {
        pass(listener -> listener.connected(session));
        if (session.channel() instanceof SocketChannel channel) {
            keeper.keep(channel);
        }
    }

    @Override
    public void startTls(IOSession session) {
        pass(listener -> listener.startTls(session));
    }

    @Override
    public void inputReady(IOSession session) {
        pass(listener -> listener.inputReady(session));
    }

    @Override
    public void outputReady(IOSession session) {
        pass(listener -> listener.outputReady(session));
    }

    @Override
    public void timeout(IOSession session) {
        pass(listener -> listener.timeout(session));
    }

    @Override
    public void exception(IOSession session, Exception exception) {
        pass(listener -> listener.exception(session, exception));
    }

    @Override
    public void disconnected(IOSession session) {
        pass(listener -> listener.disconnected(session));
    }

    private void pass(Consumer<IOSessionListener> event) {
        if (own != null) {
            event.accept(own);
        }
    }
}
