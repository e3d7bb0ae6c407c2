package dev.keywright.ops.config;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares the data of directives with server programs: {@code DirectiveMeasure /usr/bin/valkey-server ...} prints what differs. For
 * each new release; a second per program.
 */
final class DirectiveMeasure {

    private static final PrintWriter OUT = new PrintWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), true);

    private DirectiveMeasure() {}

    /** Paths of programs. */
    public static void main(String[] programs) {
        for (String program : programs) {
            List<String> differences = DirectiveComparison.of(Path.of(program));
            OUT.println(program + ": " + differences.size() + " differences");
            differences.forEach(line -> OUT.println("  " + line));
        }
    }
}
