package io.keepalive.socket;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.Set;
import java.util.function.Supplier;

/** Classes of sockets as drivers and tests have them. */
final class OddSockets {
    private OddSockets() {}

    /** Counts, and is the connection itself. */
    static final class Counting extends Socket {
        int connects;
        int outputs;

        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
            connects++;
            super.connect(address, timeout);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream output = super.getOutputStream();
            outputs++;
            return output;
        }
    }

    /** Has bytes of a test. */
    static final class TestDouble extends Socket {
        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(new byte[] {1});
        }

        @Override
        public OutputStream getOutputStream() {
            return new ByteArrayOutputStream();
        }
    }

    /** Says that it is connected, as mocks do. */
    static final class Mock extends Socket {
        @Override
        public boolean isConnected() {
            return true;
        }
    }

    /** Passes on what {@code Socket} had before Java 9, to a socket in a field. */
    static class Wrapping extends Socket {
        private final Socket wrapped;

        Wrapping(Socket wrapped) {
            this.wrapped = wrapped;
        }

        Socket wrapped() {
            return wrapped;
        }

        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
            wrapped().connect(address, timeout);
        }

        @Override
        public boolean isConnected() {
            return wrapped().isConnected();
        }

        @Override
        public boolean isBound() {
            return wrapped().isBound();
        }

        @Override
        public boolean isClosed() {
            return wrapped().isClosed();
        }

        @Override
        public InetAddress getInetAddress() {
            return wrapped().getInetAddress();
        }

        @Override
        public int getPort() {
            return wrapped().getPort();
        }

        @Override
        public InetAddress getLocalAddress() {
            return wrapped().getLocalAddress();
        }

        @Override
        public int getLocalPort() {
            return wrapped().getLocalPort();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return wrapped().getInputStream();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return wrapped().getOutputStream();
        }

        @Override
        public void setKeepAlive(boolean on) throws SocketException {
            wrapped().setKeepAlive(on);
        }

        @Override
        public boolean getKeepAlive() throws SocketException {
            return wrapped().getKeepAlive();
        }

        @Override
        public void setTcpNoDelay(boolean on) throws SocketException {
            wrapped().setTcpNoDelay(on);
        }

        @Override
        public boolean getTcpNoDelay() throws SocketException {
            return wrapped().getTcpNoDelay();
        }

        @Override
        public void setReuseAddress(boolean on) throws SocketException {
            wrapped().setReuseAddress(on);
        }

        @Override
        public boolean getReuseAddress() throws SocketException {
            return wrapped().getReuseAddress();
        }

        @Override
        public synchronized int getSendBufferSize() throws SocketException {
            return wrapped().getSendBufferSize();
        }

        @Override
        public synchronized int getReceiveBufferSize() throws SocketException {
            return wrapped().getReceiveBufferSize();
        }

        @Override
        public synchronized void close() throws IOException {
            wrapped().close();
        }
    }

    /** The same where nobody sees the socket below. */
    static final class Hiding extends Wrapping {
        private final Supplier<Socket> hidden;

        Hiding(Socket wrapped) {
            super(new Socket());
            this.hidden = () -> wrapped;
        }

        @Override
        Socket wrapped() {
            return hidden.get();
        }
    }

    /** Passes on everything, and shows nothing. */
    static final class Forwarding extends Socket {
        private final Wrapping hidden;

        Forwarding(Socket wrapped) {
            this.hidden = new Wrapping(wrapped);
        }

        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
            hidden.connect(address, timeout);
        }

        @Override
        public boolean isConnected() {
            return hidden.isConnected();
        }

        @Override
        public InetAddress getInetAddress() {
            return hidden.getInetAddress();
        }

        @Override
        public int getLocalPort() {
            return hidden.getLocalPort();
        }

        @Override
        public InetAddress getLocalAddress() {
            return hidden.getLocalAddress();
        }

        @Override
        public int getPort() {
            return hidden.getPort();
        }

        @Override
        public synchronized void close() throws IOException {
            hidden.close();
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return hidden.wrapped().supportedOptions();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) throws IOException {
            return hidden.wrapped().getOption(name);
        }

        @Override
        public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
            hidden.wrapped().setOption(name, value);
            return this;
        }
    }
}
