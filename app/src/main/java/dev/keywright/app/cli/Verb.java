package dev.keywright.app.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * One verb of the command line: reads its arguments, calls one operation and shows what came out. Exit status as {@link Main}
 * lists it; every failure is shown there too.
 */
abstract class Verb implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--debug", description = "Show where a fault happened.")
    private boolean debug;

    /** Whether a failure is shown with its stack trace. */
    final boolean debugs() {
        return debug;
    }

    final PrintWriter out() {
        return line().getOut();
    }

    final PrintWriter err() {
        return line().getErr();
    }

    /** A complaint about the arguments: exit status 2. */
    final ParameterException usage(String message) {
        return new ParameterException(line(), message);
    }

    private CommandLine line() {
        if (spec == null) {
            throw new IllegalStateException("picocli did not set the command's spec");
        }
        return spec.commandLine();
    }
}
