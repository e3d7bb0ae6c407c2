package dev.keywright.ops.config;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lint found.
 *
 * @param subject the file or server, without password
 * @param kind {@code redis.conf}, {@code sentinel.conf}, {@code users.acl}, {@code server}, {@code sentinel}, or {@code deployment}
 *     for several
 * @param judgedFor the release it was judged for
 * @param role what it was taken to be for
 * @param findings worst first, then in the order of the lines
 * @param rulesRun how many rules looked
 * @param notRun rules that could not look, and why
 * @param fixable how many findings {@code --fix} mends
 * @param parts the files and servers of a deployment; none for a single one
 * @param unread what of a deployment could not be judged, and why
 */
public record LintReport(
        String subject,
        String kind,
        String judgedFor,
        Role role,
        List<Finding> findings,
        int rulesRun,
        List<NotRun> notRun,
        int fixable,
        List<Part> parts,
        List<String> unread) {

    /** One of several files or servers. */
    public record Part(String subject, String kind, String judgedFor, Role role, int fixable) {}

    static final String DEPLOYMENT = "deployment";

    /**
     * Rules that could not look.
     *
     * @param rules their ids
     * @param reason why
     */
    public record NotRun(List<String> rules, String reason) {
        public NotRun {
            rules = List.copyOf(rules);
        }
    }

    public LintReport {
        findings = List.copyOf(findings);
        notRun = List.copyOf(notRun);
        parts = List.copyOf(parts);
        unread = List.copyOf(unread);
    }

    /** One report of several, with the findings of all; role and release are those of the first. */
    public static LintReport together(List<LintReport> reports, List<String> unread) {
        List<LintReport> single = reports.stream()
                .filter(report -> !report.kind().equals(DEPLOYMENT))
                .toList();
        LintReport first = single.get(0);
        return new LintReport(
                single.size() + " files and servers",
                DEPLOYMENT,
                first.judgedFor(),
                first.role(),
                sorted(reports.stream().flatMap(report -> report.findings().stream())),
                reports.stream().mapToInt(LintReport::rulesRun).sum(),
                reports.stream().flatMap(report -> report.notRun().stream()).toList(),
                reports.stream().mapToInt(LintReport::fixable).sum(),
                single.stream()
                        .map(report -> new Part(
                                report.subject(), report.kind(), report.judgedFor(), report.role(), report.fixable()))
                        .toList(),
                unread);
    }

    /** Worst first, then in the order of the lines; what two files say alike is said once. */
    static List<Finding> sorted(Stream<Finding> findings) {
        return findings.distinct()
                .sorted(Comparator.comparing(Finding::severity)
                        .reversed()
                        .thenComparing(finding -> finding.place().source())
                        .thenComparing(finding -> finding.place().line().orElse(Integer.MAX_VALUE)))
                .toList();
    }

    /** How many findings are so bad. */
    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** Whether something is at least so bad. */
    public boolean reaches(Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity().compareTo(severity) >= 0);
    }
}
