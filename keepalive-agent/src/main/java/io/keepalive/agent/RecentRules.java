package io.keepalive.agent;

import java.io.FileDescriptor;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the descriptors met last, in a fixed space: an older one, or one that shares its slot, is forgotten and
 * has to be looked at again. Thread-safe.
 */
final class RecentRules<V> {
    private static final int SLOTS = 1024; // a power of two

    private final AtomicReferenceArray<@Nullable Entry<V>> entries = new AtomicReferenceArray<>(SLOTS);

    private static final class Entry<V> extends WeakReference<FileDescriptor> {
        private final V value;

        Entry(FileDescriptor descriptor, V value) {
            super(descriptor);
            this.value = value;
        }
    }

    void put(FileDescriptor descriptor, V value) {
        entries.set(slot(descriptor), new Entry<>(descriptor, value));
    }

    @Nullable
    V get(FileDescriptor descriptor) {
        Entry<V> entry = entries.get(slot(descriptor));
        return entry != null && entry.refersTo(descriptor) ? entry.value : null;
    }

    private static int slot(FileDescriptor descriptor) {
        return System.identityHashCode(descriptor) & (SLOTS - 1);
    }
}
