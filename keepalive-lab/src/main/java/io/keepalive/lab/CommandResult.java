package io.keepalive.lab;

import java.util.List;

/**
 * How a command ended.
 *
 * @param command where and what was run, for messages
 * @param exitCode of the program; 128 + n if signal n killed it, 127 if it doesn't exist
 * @param lines printed to standard output and standard error
 * @since 0.1
 */
public record CommandResult(String command, int exitCode, List<String> lines) {
    /**
     * Copies the list.
     *
     * @param command where and what was run
     * @param exitCode of the program
     * @param lines copied
     */
    public CommandResult {
        lines = List.copyOf(lines);
    }

    /**
     * Refuses every exit code but 0.
     *
     * @return this result
     * @throws LabException with all that was printed
     */
    public CommandResult orThrow() {
        if (exitCode != 0) {
            throw new LabException(
                    command + " ended with exit code " + exitCode + ", printing:\n  " + String.join("\n  ", lines));
        }
        return this;
    }
}
