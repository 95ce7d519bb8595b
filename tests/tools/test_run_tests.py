"""test_run_tests.py: tools/run_tests.py counts what ran, and what did not.

SPDX-License-Identifier: MIT
"""
import contextlib
import io
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import run_tests  # noqa: E402
from run_tests import Count, Suite  # noqa: E402


class RunTestsTest(unittest.TestCase):
    def run_one(self, script, count=run_tests.count_tap, timeout_s=120, needs=""):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            suite = Suite("one", "", timeout_s, count, ["python3", "-c", script], needs=needs)
            return run_tests.run_suite(suite, Path(folder))

    def test_lanes_run_side_by_side_behind_what_has_none(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            def row(name, script, lane=""):
                before = "import os, time\nfrom pathlib import Path\n"
                return Suite(name, "", 120, run_tests.count_tap, ["python3", "-c", before + script], folder=folder, lane=lane)

            wait = "while not Path('{}').exists(): time.sleep(0.01)\n"
            told = "Path('{}').touch(); print('ok 1')"
            suites = [row("a1", wait.format("b1") + told.format("a1"), "a"), row("a2", "print('ok 1' if Path('a1').exists() else 'not ok 1')", "a"),
                      row("b1", "assert Path('first').exists(); " + told.format("b1"), "b"), row("first", told.format("first"))]
            done = run_tests.run_lanes(suites, Path(folder))
        self.assertEqual({suite.name: one[0] for suite, one in done}, {name: Count(1) for name in ("first", "a1", "a2", "b1")})

    def test_a_suite_of_the_soak_finds_its_share_of_the_minutes(self):
        def told(groups, **variables):
            suite = Suite("one", groups, 1, run_tests.count_tap, [], share=0.25)
            with unittest.mock.patch.dict(run_tests.os.environ, variables):
                return run_tests.environment(suite, Path()).get("SOAK_MINUTES")

        self.assertEqual([told("soak", SOAK_MINUTES="10"), told("soak", SOAK_MINUTES=""), told("all", SOAK_MINUTES="10")], ["2.50", "7.50", None])

    def test_temporary_files_are_in_memory_and_go_with_their_suite(self):
        script = "import os; open(os.environ['TMPDIR'] + '/left', 'w').close(); print('ok 1')"
        with tempfile.TemporaryDirectory() as memory, unittest.mock.patch.multiple(run_tests, MEMORY=Path(memory), MEMORY_BYTES_MIN=0):
            count, _, why = self.run_one(script)
            self.assertEqual((count, why, list(Path(memory).iterdir())), (Count(1), None, []))
            self.assertIsNone(run_tests.scratch_folder(Suite("one", "", 1, run_tests.count_tap, [], on_disk=True)))
            with unittest.mock.patch.object(run_tests, "MEMORY_BYTES_MIN", 1 << 60):
                self.assertIsNone(run_tests.scratch_folder(Suite("one", "", 1, run_tests.count_tap, [])))

    def test_passes_failures_and_skips_are_counted(self):
        count, _, _ = self.run_one("print('ok 1 - a\\nnot ok 2 - b\\nok 3 - c # SKIP no such kernel'); exit(1)")
        self.assertEqual(count, Count(1, 1, 1))

    def test_what_cmocka_skips_is_no_failure(self):
        count, _, _ = self.run_one("print('ok 1 - a\\nnot ok 2 # SKIP b')")
        self.assertEqual(count, Count(1, 0, 1))

    def test_a_suite_that_dies_after_passing_tests_has_failed(self):
        count, _, why = self.run_one("print('ok 1 - a'); exit(3)")
        self.assertEqual((count, why), (Count(1, 1), "ended with code 3"))

    def test_a_suite_without_tests_has_failed(self):
        count, _, why = self.run_one("print('fine')")
        self.assertEqual((count, why), (Count(0, 1), "ran no test"))

    def test_a_suite_that_hangs_is_ended_and_has_failed(self):
        count, seconds, why = self.run_one("import time; print('ok 1', flush=True); time.sleep(600)", timeout_s=5)
        self.assertEqual((count, why), (Count(1, 1), "ran longer than 5 s"))
        self.assertLess(seconds, 300)

    def test_a_program_that_is_one_check_passes_or_fails(self):
        self.assertEqual(self.run_one("pass", run_tests.count_exit)[0], Count(1, 0))
        self.assertEqual(self.run_one("exit(1)", run_tests.count_exit)[0], Count(0, 1))

    def test_a_suite_that_is_not_there_yet_is_passed_over(self):
        self.assertIsNone(self.run_one("exit(1)", needs="no/such/*.test.mjs"))

    def test_the_summary_of_node_counts_cancelled_tests_as_failed(self):
        with tempfile.NamedTemporaryFile("w", suffix=".tap") as report:
            report.write("    ok 1 - inner\n# tests 5\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n")
            report.flush()
            self.assertEqual(run_tests.count_node("", Path(report.name)), Count(2, 2, 1))

    def test_a_unit_program_that_dies_without_a_failed_test_counts_as_one(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as report, contextlib.redirect_stdout(io.StringIO()):
            report.write('{"name": "a", "result": "OK", "stdout": "1..1\\nok 1 - x\\n"}\n'
                         '{"name": "b", "result": "FAIL", "stdout": "ok 1 - y\\n", "stderr": "leak"}\n'
                         '{"name": "c", "result": "OK", "stdout": ""}\n')
            report.flush()
            self.assertEqual(run_tests.count_meson("", Path(report.name)), Count(2, 2))

    def test_failures_and_errors_of_unittest_are_counted(self):
        self.assertEqual(run_tests.count_unittest("Ran 9 tests in 1s\n\nFAILED (failures=1, errors=2)", None), Count(6, 3))


if __name__ == "__main__":
    unittest.main()
