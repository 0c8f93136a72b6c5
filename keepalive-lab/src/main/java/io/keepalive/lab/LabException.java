package io.keepalive.lab;

import org.jspecify.annotations.Nullable;

/**
 * The lab could not do what was asked, or did not see what was awaited.
 *
 * <p>The message is made for the reader of a failed test: what was run, what it printed, what to do about it.
 *
 * @since 0.1
 */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LabException(String message) {
        super(message);
    }

    LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** For a wait that was interrupted: the thread stays interrupted. */
    static LabException interrupted(String doing, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LabException("interrupted while " + doing, cause);
    }
}
