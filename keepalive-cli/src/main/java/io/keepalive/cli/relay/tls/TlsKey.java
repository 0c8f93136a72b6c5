package io.keepalive.cli.relay.tls;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * The selection key of an encrypted channel: the TCP channel's, with {@code OP_WRITE} on while encrypted bytes wait, too.
 * What its owner asks for and what TLS needs don't overwrite each other.
 */
final class TlsKey extends SelectionKey {
    private final SelectionKey tcp;
    private final TlsChannel channel;
    private int wanted;

    TlsKey(SelectionKey tcp, TlsChannel channel) {
        this.tcp = tcp;
        this.channel = channel;
        attach(tcp.attachment());
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        return tcp.selector();
    }

    @Override
    public boolean isValid() {
        return tcp.isValid();
    }

    @Override
    public void cancel() {
        tcp.cancel();
    }

    @Override
    public int interestOps() {
        return wanted;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        wanted = ops;
        update();
        return this;
    }

    @Override
    public int readyOps() {
        return tcp.readyOps();
    }

    /** After a change of what waits. */
    void update() {
        int ops = wanted | (channel.isWriteWaiting() ? OP_WRITE : 0);
        if (tcp.isValid() && tcp.interestOps() != ops) {
            tcp.interestOps(ops);
        }
    }
}
