package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport.Entry;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket of which only the descriptor is at hand: inside the JDK's connect and accept, or in somebody's native
 * transport. For keepalive-agent, not an API: it needs {@code java.base/sun.nio.ch} opened to this library, and may
 * change in any release.
 *
 * <p>Whoever makes one sees to it that the descriptor stays open meanwhile: no number is looked up and none is proven.
 *
 * @since 0.1
 */
public final class DescriptorSocket {
    private final FileDescriptor descriptor;
    private final String kind;

    /**
     * Names a socket.
     *
     * @param descriptor its descriptor, open
     * @param kind what reports call it
     */
    public DescriptorSocket(FileDescriptor descriptor, String kind) {
        this.descriptor = Objects.requireNonNull(descriptor, "descriptor");
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /**
     * Names a socket by the number of its descriptor.
     *
     * @param number its descriptor's number, open
     * @param kind what reports call it
     */
    public DescriptorSocket(int number, String kind) {
        this(DescriptorAccess.descriptor(number), kind);
    }

    /**
     * What a program's own call on an option of the policy comes to.
     *
     * @param isRefused whether the call is not to be made
     * @param entry what the socket holds, and why
     */
    public record LaterCall(boolean isRefused, Entry entry) {
        /**
         * Refuses null.
         *
         * @param isRefused whether the call is not to be made
         * @param entry what the socket holds, and why
         */
        public LaterCall {
            Objects.requireNonNull(entry, "entry");
        }
    }

    /**
     * A socket that was found open.
     *
     * @param socket a duplicate, gone after the call that it was handed to
     * @param listens whether it is a listener; if not, it is connected
     */
    public record Open(DescriptorSocket socket, boolean listens) {
        /**
         * Refuses null.
         *
         * @param socket a duplicate
         * @param listens whether it is a listener
         */
        public Open {
            Objects.requireNonNull(socket, "socket");
        }
    }

    /**
     * Shows all TCP listeners and connections of this process, whoever opened them. Linux only.
     *
     * @param action gets each
     * @throws IOException if they can't be listed
     */
    public static void forEachOpen(Consumer<Open> action) throws IOException {
        OpenDescriptors.forEach(action);
    }

    /**
     * Whether it is a TCP socket: the JDK and Netty connect UDP sockets by the same calls.
     *
     * @return whether it has TCP's options
     */
    public boolean isTcp() {
        try {
            DescriptorAccess.INSTANCE.get(this, StandardSocketOptions.TCP_NODELAY);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Applies a policy and reads back. A socket on which every option of the policy is at the system's default holds
     * nobody's choice and gets the policy as a whole; what {@link Precedence#TIGHTEN} would make of a policy and the
     * system's defaults, option by option, is a policy that nobody planned.
     *
     * @param policy what is wanted
     * @param precedence who wins over what somebody chose
     * @return what became of every option
     */
    public KeepAliveReport apply(KeepAlive policy, Precedence precedence) {
        boolean whole = precedence == Precedence.TIGHTEN && DescriptorAccess.isNew(this, policy.settings());
        return OptionApplier.apply(policy, DescriptorAccess.INSTANCE, this, whole ? Precedence.ENFORCE : precedence);
    }

    /**
     * Sets a policy whatever the socket holds, and looks at nothing: a third of the system calls of {@link #apply}.
     *
     * @param policy what is wanted
     * @return whether every option was set without an error; if not, {@link #apply} tells what is wrong
     */
    public boolean setUnread(KeepAlive policy) {
        return OptionApplier.set(policy, DescriptorAccess.INSTANCE, this) == policy.allSet();
    }

    /**
     * Reads what the socket holds of a policy that it was given before, or inherited. Changes nothing.
     *
     * @param policy what it should hold
     * @return {@linkplain KeepAliveReport#isComplete() complete} if it does
     */
    public KeepAliveReport readBack(KeepAlive policy) {
        return OptionApplier.readBack(policy, DescriptorAccess.INSTANCE, this);
    }

    /**
     * Puts the options of a policy back to what the system gives to new sockets.
     *
     * @param policy whose options, whatever their values
     * @throws IOException if that fails
     */
    public void reset(KeepAlive policy) throws IOException {
        DescriptorAccess.reset(this, policy.settings());
    }

    /**
     * Whether this system's accepted sockets inherit the options of their listener, and a listener with {@code
     * SO_KEEPALIVE} is none the worse for it.
     *
     * @return true on Linux only
     */
    public static boolean inheritsFromListener() {
        return DescriptorAccess.LINUX;
    }

    /**
     * Whether a flight recording wants to know what each socket holds.
     *
     * @return whether the event {@code io.keepalive.Applied} is taken
     */
    public static boolean isRecording() {
        return Telemetry.isRecording();
    }

    /**
     * Whether every option that a policy can be about is as the system hands out sockets. Accepted sockets inherit the
     * options of their listener.
     *
     * @return false also if it can't be read
     */
    public boolean isUntouched() {
        return DescriptorAccess.isUntouched(this);
    }

    /**
     * Judges a call of the program on one option. Does not make it.
     *
     * @param policy what is wanted
     * @param precedence who wins
     * @param option what the program sets
     * @param value to what
     * @return null if this is none of the policy's business, or sets what the socket holds anyway
     */
    public @Nullable LaterCall judge(KeepAlive policy, Precedence precedence, SocketOption<?> option, Object value) {
        if (Boolean.getBoolean("keepalive.disabled")) {
            return null;
        }
        OptionalLong attempted = OptionApplier.number(value);
        for (Setting<?> setting : policy.settings()) {
            if (option.equals(setting.jdkOption()) && attempted.isPresent()) {
                return judge(setting, precedence, attempted.getAsLong());
            }
        }
        return null;
    }

    /**
     * Judges a call of a native transport on one option. Does not make it.
     *
     * @param policy what is wanted
     * @param precedence who wins
     * @param option what the program sets
     * @param value to what, in the option's unit
     * @return as {@link #judge(KeepAlive, Precedence, SocketOption, Object)}
     */
    public @Nullable LaterCall judge(KeepAlive policy, Precedence precedence, KeepAliveOption option, int value) {
        SocketOption<?> handle = JdkSocketOptions.of(option);
        return judge(policy, precedence, handle, handle.type() == Boolean.class ? (Object) (value != 0) : value);
    }

    private @Nullable LaterCall judge(Setting<?> setting, Precedence precedence, long attempted) {
        KeepAliveOption option = setting.option();
        OptionOverride ruling =
                OptionOverride.on(precedence, setting, attempted, option.name() + "=" + option.format(attempted));
        Outcome outcome = ruling.outcome();
        if (outcome == null) {
            return null;
        }
        OptionalLong held = ruling.isRefused()
                ? OptionApplier.value(DescriptorAccess.INSTANCE, this, Objects.requireNonNull(setting.jdkOption()))
                : OptionalLong.of(attempted);
        Entry entry = new Entry(option, setting.wanted(), held, outcome, ruling.advice());
        Telemetry.laterCall(entry);
        return new LaterCall(ruling.isRefused(), entry);
    }

    /**
     * The own end.
     *
     * @return its address
     * @throws IOException if it is closed, or not a socket
     */
    public InetSocketAddress local() throws IOException {
        return DescriptorAccess.local(descriptor);
    }

    /**
     * The peer.
     *
     * @return its address; null if the socket is not connected
     */
    public @Nullable InetSocketAddress peer() {
        return DescriptorAccess.peer(descriptor);
    }

    FileDescriptor descriptor() {
        return descriptor;
    }

    /** Returns the kind of socket. */
    @Override
    public String toString() {
        return kind;
    }
}
