-- The job queue indexes the arguments and the metadata of jobs word by word (GIN). Nobody looks for jobs by them, and each job
-- wrote both indexes three times: when it was made, begun and done.
drop index if exists river.river_job_args_index, river.river_job_metadata_index;
