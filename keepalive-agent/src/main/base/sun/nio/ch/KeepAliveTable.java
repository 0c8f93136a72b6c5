package sun.nio.ch;

import java.io.FileDescriptor;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import jdk.internal.access.JavaIOFileDescriptorAccess;
import jdk.internal.access.SharedSecrets;

/**
 * The connections that the agent knows, by the numbers of their descriptors: as large as the highest number. A look-up is
 * two reads of memory, since there is one at each read and write of the program. Thread-safe.
 *
 * <p>The agent, whose class loader this class can't see, uses it through the interfaces. A key is a {@link FileDescriptor},
 * an {@link Integer} for the descriptor of a native transport, or a {@link Long} for a descriptor that was open already.
 */
final class KeepAliveTable implements BiConsumer<Object, Object>, Function<Object, Object> {
    private static final JavaIOFileDescriptorAccess DESCRIPTORS = SharedSecrets.getJavaIOFileDescriptorAccess();
    private static final int LEAST_LENGTH = 64;

    private static volatile KeepAliveConnection[] connections = new KeepAliveConnection[LEAST_LENGTH];

    /** Made by the agent, which has no other way to a static method. */
    KeepAliveTable() {}

    /** The connection; null if the agent does not know it. */
    static KeepAliveConnection of(FileDescriptor descriptor) {
        KeepAliveConnection found = at(DESCRIPTORS.get(descriptor));
        return found != null && found.isOf(descriptor) ? found : null;
    }

    private static KeepAliveConnection at(int number) {
        KeepAliveConnection[] all = connections;
        return number >= 0 && number < all.length ? all[number] : null;
    }

    /** The descriptor is closed, or is no TCP connection. */
    static void remove(FileDescriptor descriptor) {
        if (of(descriptor) != null) {
            set(DESCRIPTORS.get(descriptor), null);
        }
    }

    private static synchronized void set(int number, KeepAliveConnection connection) {
        KeepAliveConnection[] all = connections;
        if (number >= all.length) {
            all = Arrays.copyOf(all, Math.max(number + 1, 2 * all.length));
        }
        all[number] = connection;
        connections = all; // publishes the entry, too
    }

    /** Adds a connection, or forgets all if both are null. */
    @Override
    public void accept(Object key, Object about) {
        if (key == null) {
            clear();
        } else if (key instanceof FileDescriptor) {
            FileDescriptor descriptor = (FileDescriptor) key;
            set(DESCRIPTORS.get(descriptor), new KeepAliveConnection(descriptor, false, false, about));
        } else if (key instanceof Integer) {
            set((Integer) key, new KeepAliveConnection(null, true, true, about));
        } else {
            set(((Long) key).intValue(), new KeepAliveConnection(null, false, true, about));
        }
    }

    private static synchronized void clear() {
        connections = new KeepAliveConnection[LEAST_LENGTH];
    }

    /** What the agent put in for a connection; null for an unknown one. */
    @Override
    public Object apply(Object key) {
        KeepAliveConnection found = key instanceof FileDescriptor
                ? of((FileDescriptor) key)
                : at(key instanceof Integer ? (Integer) key : ((Long) key).intValue());
        return found == null ? null : found.about;
    }
}
