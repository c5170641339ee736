"""Program: licences, staff, trainings, on-call and weeks with what the definitions say of them; packets and samples."""
