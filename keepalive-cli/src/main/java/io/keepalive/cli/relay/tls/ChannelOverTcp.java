package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A channel whose bytes another one carries: addresses, options, connecting and closing are those of the TCP channel. */
abstract sealed class ChannelOverTcp extends SocketChannel permits TlsChannel {
    final SocketChannel tcp;

    ChannelOverTcp(SocketChannel tcp) {
        super(tcp.provider());
        this.tcp = tcp;
    }

    /** The channel that carries the bytes. */
    public final SocketChannel tcp() {
        return tcp;
    }

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        tcp.bind(local);
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        tcp.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return tcp.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return tcp.supportedOptions();
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        tcp.shutdownInput();
        return this;
    }

    @Override
    public Socket socket() {
        return tcp.socket();
    }

    @Override
    public boolean isConnected() {
        return tcp.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return tcp.isConnectionPending();
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return tcp.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        return tcp.finishConnect();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return tcp.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return tcp.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        tcp.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        tcp.configureBlocking(block);
    }
}
