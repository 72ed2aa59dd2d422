"""The generator refuses faulty descriptions, and says where the fault is."""

import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import generate_registers as generator  # noqa: E402

ENUMS = {"precision": {"doc": "Types.", "values": {"int8": 0, "fp16": 2}}}
FIELD = {"name": "width", "bits": [10, 0], "status": "observed", "evidence": "vendor-model:some_model"}
REGISTER = {"name": "size", "offset": 0x1020, "reset": 0, "doubled": True, "doc": "Size.", "fields": [FIELD]}


class Description(unittest.TestCase):
    def judge(self, register_changes=None, **field_changes):
        register = copy.deepcopy(REGISTER)
        register["fields"][0].update(field_changes)
        register.update(register_changes or {})
        generator.check_register(register, "cna.size", copy.deepcopy(ENUMS))
        return register

    def refuse(self, message, register_changes=None, **field_changes):
        with self.assertRaisesRegex(generator.Fault, message):
            self.judge(register_changes, **field_changes)

    def test_a_sound_register_passes_and_its_known_bits_are_those_of_its_fields(self):
        self.assertEqual(self.judge()["known_bits"], 0x7FF)

    def test_overlapping_fields_are_refused(self):
        self.refuse("cna.size.height: overlaps", {"fields": [dict(FIELD), dict(FIELD, name="height", bits=[12, 10])]})

    def test_a_name_used_twice_is_refused(self):
        self.refuse("occurs twice", {"fields": [dict(FIELD), dict(FIELD, bits=[31, 30])]})

    def test_bits_outside_the_register_or_in_the_wrong_order_are_refused(self):
        self.refuse("bits", bits=[32, 0])
        self.refuse("bits", bits=[0, 10])

    def test_encodings_and_what_they_need_belong_together(self):
        self.refuse("encoding 'half'", encoding="half")
        self.refuse("shift", encoding="shifted")
        self.refuse("shift", shift=4)
        self.refuse("values", encoding="enum")
        self.refuse("no enum 'colour'", encoding="enum", values="colour")
        self.refuse("largest value", encoding="minus_one", bits=[31, 0])
        self.refuse("largest value", encoding="shifted", shift=4, bits=[28, 0])

    def test_status_and_evidence_have_known_forms(self):
        self.refuse("status", status="certain")
        self.refuse("evidence", evidence="hearsay")
        self.refuse("evidence", evidence="recording:")

    def test_unknown_and_missing_keys_are_refused(self):
        self.refuse("unknown keys", colour="red")
        self.refuse("keys must be", {"colour": "red"})

    def test_reset_bits_need_a_field(self):
        self.refuse("reset", {"reset": 0x800})

    def test_an_enum_value_that_fits_no_field_is_refused(self):
        register = self.judge(encoding="enum", values="precision", bits=[0, 0])
        with self.assertRaisesRegex(generator.Fault, "fp16 = 2 fits none"):
            generator.check_enum("precision", ENUMS["precision"], {"cna": [register]})

    def test_members_start_at_the_reset_value_in_real_sizes(self):
        register = {"reset": 0x3}
        self.assertEqual(generator.reset_value(register, {"encoding": "minus_one", "low": 0, "width": 2, "shift": 0}), 4)
        self.assertEqual(generator.reset_value(register, {"encoding": "signed", "low": 0, "width": 2, "shift": 0}), -1)
        self.assertEqual(generator.reset_value(register, {"encoding": "shifted", "low": 0, "width": 2, "shift": 4}), 48)


if __name__ == "__main__":
    unittest.main()
